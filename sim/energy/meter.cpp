// SPDX-License-Identifier: Apache-2.0
// Differences of counts from product to product.
#include "sim/energy/meter.h"

#include <algorithm>

namespace tercet {

int64_t ProductActivity::layer() const {
  const std::string mark = "layers.";
  const size_t at = name.find(mark);
  if (at == std::string::npos) return -1;
  int64_t layer = -1;
  for (size_t i = at + mark.size(); i < name.size() && name[i] >= '0' && name[i] <= '9'; ++i) {
    layer = std::max<int64_t>(layer, 0) * 10 + (name[i] - '0');
  }
  return layer;
}

std::string ProductActivity::projection() const { return name.substr(name.rfind('.') + 1); }

EnergyMeter::EnergyMeter(const TimedDevice& device) : device_(device) { restart(); }

void EnergyMeter::restart() {
  engine_ = device_.engine_counts();
  dram_ = dram_activity(device_.dram_stats());
  cycle_ = device_.cycle();
  products_.clear();
}

void EnergyMeter::product(const std::string& name, int64_t m, int64_t n, int64_t k) {
  const EngineCounts engine = device_.engine_counts();
  const DramActivity dram = dram_activity(device_.dram_stats());
  auto found = std::find_if(products_.begin(), products_.end(),
                            [&name](const ProductActivity& p) { return p.name == name; });
  if (found == products_.end()) found = products_.insert(found, {name, n, k, 0, 0, {}});
  MachineActivity step;
  step.engine = engine - engine_;
  step.dram = dram - dram_;
  step.products = static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
  step.cycles = static_cast<double>(device_.cycle() - cycle_);
  found->activity += step;
  ++found->calls;
  found->tokens += static_cast<uint64_t>(m);
  engine_ = engine;
  dram_ = dram;
  cycle_ = device_.cycle();
}

MachineActivity EnergyMeter::total() const {
  MachineActivity sum;
  for (const ProductActivity& p : products_) sum += p.activity;
  return sum;
}

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Differences of counts from product to product.
#include "study/energy/meter.h"

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
  batch_ = {};
  products_.clear();
}

bool EnergyMeter::product(const std::string& name, int64_t m, int64_t n, int64_t k) {
  const double work = static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
  const EngineCounts engine = device_.engine_counts();
  const bool together = !batch_.name.empty() && engine.tokens == engine_.tokens;
  if (together) {
    batch_.name += "+" + name.substr(name.rfind('.') + 1);
  } else {
    add(batch_, &products_);
    const DramActivity dram = dram_activity(device_.dram_stats());
    batch_ = {};
    batch_.name = name;
    batch_.activity.engine = engine - engine_;
    batch_.activity.used_toggles = used_toggles(batch_.activity.engine);
    batch_.activity.dram = dram - dram_;
    batch_.activity.cycles = static_cast<double>(device_.cycle() - cycle_);
    engine_ = engine;
    dram_ = dram;
    cycle_ = device_.cycle();
  }
  batch_.activity.products += work;
  ++batch_.calls;
  return together;
}

void EnergyMeter::add(const ProductActivity& batch, std::vector<ProductActivity>* products) {
  if (batch.name.empty()) return;
  auto found = std::find_if(products->begin(), products->end(),
                            [&batch](const ProductActivity& p) { return p.name == batch.name; });
  if (found == products->end()) {
    products->push_back(batch);
    return;
  }
  found->activity += batch.activity;
  found->calls += batch.calls;
}

std::vector<ProductActivity> EnergyMeter::products() const {
  std::vector<ProductActivity> all = products_;
  add(batch_, &all);
  return all;
}

MachineActivity EnergyMeter::total() const {
  MachineActivity sum;
  for (const ProductActivity& p : products()) sum += p.activity;
  return sum;
}

}  // namespace tercet

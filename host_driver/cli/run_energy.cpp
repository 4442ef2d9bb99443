// SPDX-License-Identifier: Apache-2.0
// Ledgers of a run's products.
#include "run_energy.h"

#include <algorithm>

#include "sim/analytic/energy_estimate.h"
#include "sim/analytic/workload.h"
#include "sim/dram/machine_memory.h"
#include "sim/energy/ledger_check.h"

namespace tercet {
namespace {

/// Products of `calls`, each alone on the machine, as the driver runs them.
template <class Calls>
MachineActivity estimate(const AnalyticModel& model, const DramConfig& dram, Packing packing,
                         const Calls& calls, const DataStatistics& data) {
  const tercet_config machine = command_machine(model.machine(), model.format());
  MachineActivity sum;
  for (const auto& [sizes, times] : calls) {
    const auto& [m, n, k] = sizes;
    const std::vector<Gemm> commands = matrix_commands(machine, packing, m, n, k);
    double cycles = 0.0;
    for (const Gemm& gemm : commands) cycles += model.gemm(gemm).cycles;
    sum +=
        estimate_activity(model, dram, commands, times, cycles * static_cast<double>(times), data);
  }
  return sum;
}

}  // namespace

RunEnergy::RunEnergy(const DeviceOptions& options, const TimedDevice* device)
    : machine_(find_machine(options.config)),
      packing_(parse_packing(options.packing)),
      dram_(machine_dram(options.memory.value_or("dram"), machine_)) {
  if (device != nullptr) meter_ = std::make_unique<EnergyMeter>(*device);
}

void RunEnergy::restart() {
  calls_.clear();
  if (meter_ != nullptr) meter_->restart();
}

void RunEnergy::product(const GemmRecord& record) {
  ++calls_[{record.m, record.n, record.k}];
  if (meter_ != nullptr) meter_->product(record.name, record.m, record.n, record.k);
}

std::vector<ProductActivity> RunEnergy::products() const {
  return meter_ != nullptr ? meter_->products() : std::vector<ProductActivity>();
}

std::optional<EnergyReport> RunEnergy::report(const EnergyProfile& profile,
                                              const ModelConfig& config,
                                              const std::vector<int64_t>& forwards,
                                              const MatmulCounts& counts, bool intact) const {
  if (calls_.empty()) return std::nullopt;
  FloatCounts host;
  HostBytes host_memory;
  int64_t position = 0;
  for (const int64_t m : forwards) {
    host += host_floats(config, m, position);
    host_memory += host_bytes(config, m, position);
    position += m;
  }
  DataStatistics data;
  data.zeros = static_cast<double>(counts.zero_products) /
               static_cast<double>(std::max<uint64_t>(counts.products, 1));
  const AnalyticModel ternary(machine_, dram_);
  MachineActivity ours = estimate(ternary, dram_, packing_, calls_, data);
  if (meter_ != nullptr) {
    const EngineCounts formula = ours.engine;
    ours = meter_->total();
    if (intact) {
      check_formula_counts(ours.engine, formula, counts.products - counts.zero_products);
    }
  }
  data.toggles = input_activity(ours.engine, machine_);
  ours.host = host;
  ours.host_memory = host_memory;
  const auto tokens = static_cast<double>(position);
  EnergyReport report =
      make_energy_report(profile, energy_machine(ternary, dram_), ours, tokens, meter_ != nullptr);
  const AnalyticModel fp16(machine_, dram_, kFp16);
  MachineActivity baseline = estimate(fp16, dram_, packing_, calls_, data);
  baseline.host = host;
  baseline.host_memory = host_memory;
  add_baseline(profile, energy_machine(fp16, dram_), baseline, "FP16 machine", &report);
  return report;
}

}  // namespace tercet

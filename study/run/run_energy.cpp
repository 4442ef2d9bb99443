// SPDX-License-Identifier: Apache-2.0
// Ledgers of a run's products.
#include "study/run/run_energy.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/table.h"
#include "sim/dram/machine_memory.h"
#include "study/analytic/energy_estimate.h"
#include "study/analytic/workload.h"
#include "study/energy/ledger_check.h"

namespace tercet {
namespace {

/// Groups of products that overlap, one group after the other.
template <class Groups>
MachineActivity estimate(const AnalyticModel& model, const DramConfig& dram, Packing packing,
                         const Groups& groups, const DataStatistics& data) {
  const tercet_config machine = command_machine(model.machine(), model.format());
  MachineActivity sum;
  for (const auto& [group, times] : groups) {
    std::vector<Gemm> commands;
    for (const auto& [m, n, k] : group) {
      for (const Gemm& gemm : matrix_commands(machine, packing, m, n, k)) commands.push_back(gemm);
    }
    const double cycles = model.sequence(commands) * static_cast<double>(times);
    sum += estimate_activity(model, dram, commands, times, cycles, data);
  }
  return sum;
}

uint64_t beyond(uint64_t counted, uint64_t formula) {
  return counted > formula ? counted - formula : 0;
}

/// What the formulas do not know of our machine: the control core with its transfers and time, and
/// rows that streams close for each other.
MachineActivity unknown(const MachineActivity& ours, const MachineActivity& formulas) {
  MachineActivity more;
  more.engine.core_instructions = ours.engine.core_instructions;
  more.engine.mover_beats = ours.engine.mover_beats;
  const DramActivity& a = ours.dram;
  const DramActivity& b = formulas.dram;
  more.dram.activates = beyond(a.activates, b.activates);
  more.dram.reads = beyond(a.reads, b.reads);
  more.dram.writes = beyond(a.writes, b.writes);
  more.dram.refreshes = beyond(a.refreshes, b.refreshes);
  more.dram.channel_cycles = beyond(a.channel_cycles, b.channel_cycles);
  more.dram.open_cycles = std::min(beyond(a.open_cycles, b.open_cycles), more.dram.channel_cycles);
  more.cycles = std::max(0.0, ours.cycles - formulas.cycles);
  return more;
}

/// Where the other machine's figures come from, in a line or two.
std::string how(const MachineActivity& ours, const MachineActivity& more, bool counted) {
  if (!counted) return "by formulas; zeros, padding and changing inputs as ours, by formulas too";
  const double activates = ours.dram.activates == 0 ? 0.0
                                                    : static_cast<double>(more.dram.activates) /
                                                          static_cast<double>(ours.dram.activates);
  return fmt::format(
      "by formulas; zeros, padding, overlap and changing inputs as ours; what they miss of\n  ours "
      "is added: {} cycles ({:.1f} %), {} activates ({:.1f} %), the control core",
      grouped(static_cast<uint64_t>(more.cycles)), 100.0 * more.cycles / ours.cycles,
      grouped(more.dram.activates), 100.0 * activates);
}

}  // namespace

RunEnergy::RunEnergy(const MachineOptions& options, const TimedDevice* device)
    : machine_(options.machine()),
      packing_(options.packing),
      dram_(machine_dram(options.memory.value_or("dram"), machine_)) {
  if (device != nullptr) meter_ = std::make_unique<EnergyMeter>(*device);
}

void RunEnergy::restart() {
  done_.clear();
  last_.clear();
  if (meter_ != nullptr) meter_->restart();
}

void RunEnergy::product(const GemmRecord& record) {
  const bool together =
      meter_ != nullptr && meter_->product(record.name, record.m, record.n, record.k);
  if (!together && !last_.empty()) {
    ++done_[last_];
    last_.clear();
  }
  last_.emplace_back(record.m, record.n, record.k);
}

RunEnergy::Groups RunEnergy::groups() const {
  Groups all = done_;
  if (!last_.empty()) ++all[last_];
  return all;
}

std::vector<ProductActivity> RunEnergy::products() const {
  return meter_ != nullptr ? meter_->products() : std::vector<ProductActivity>();
}

std::optional<EnergyReport> RunEnergy::report(const EnergyProfile& profile,
                                              const ModelConfig& config,
                                              const std::vector<int64_t>& forwards,
                                              const MatmulCounts& counts, bool intact) const {
  const Groups groups = this->groups();
  if (groups.empty()) return std::nullopt;
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
  const MachineActivity formulas = estimate(ternary, dram_, packing_, groups, data);
  MachineActivity ours = formulas;
  if (meter_ != nullptr) {
    ours = meter_->total();
    if (intact) {
      check_formula_counts(ours.engine, formulas.engine, counts.products - counts.zero_products);
      check_exact_counts(ours, energy_machine(ternary, dram_), 1, "the run");
    }
  }
  data.toggles = input_activity(ours.engine, machine_);
  ours.host = host;
  ours.host_memory = host_memory;
  const auto tokens = static_cast<double>(position);
  EnergyReport report =
      make_energy_report(profile, energy_machine(ternary, dram_), ours, tokens, meter_ != nullptr);
  const AnalyticModel fp16(machine_, dram_, kFp16);
  MachineActivity baseline = estimate(fp16, dram_, packing_, groups, data);
  MachineActivity more;
  if (meter_ != nullptr) more = unknown(ours, formulas);
  baseline += more;
  baseline.host = host;
  baseline.host_memory = host_memory;
  add_baseline(profile, energy_machine(fp16, dram_), baseline, "FP16 machine",
               how(ours, more, meter_ != nullptr), &report);
  return report;
}

}  // namespace tercet

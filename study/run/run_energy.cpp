// SPDX-License-Identifier: Apache-2.0
// Ledgers of a run's products.
#include "study/run/run_energy.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/table.h"
#include "sim/dram/machine_memory.h"
#include "study/analytic/energy_estimate.h"
#include "study/energy/ledger_check.h"

namespace tercet {
namespace {

/// Groups of products that overlap, one group after the other.
template <class Groups>
MachineActivity estimate(const AnalyticModel& model, const DramConfig& dram, Packing packing,
                         const Groups& groups, const DataStatistics& data) {
  MachineActivity sum;
  for (const auto& [group, times] : groups) {
    const std::vector<Gemm> commands = product_commands(model, packing, group);
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
  for (const auto& [name, member] : kDramActivityFields) {
    more.dram.*member = beyond(ours.dram.*member, formulas.dram.*member);
  }
  more.dram.open_cycles = std::min(more.dram.open_cycles, more.dram.channel_cycles);
  more.cycles = std::max(0.0, ours.cycles - formulas.cycles);
  return more;
}

/// Where the other machine's figures come from.
std::string how(const MachineActivity& ours, const MachineActivity& more, bool counted) {
  const std::string estimate =
      "estimated by the analytic model, with the same zeros, padding and changing inputs";
  if (!counted) return estimate + " as the ternary machine, which is estimated too.";
  return fmt::format(
      "{} and with products overlapping as in the ternary run. Simulated overheads that the model "
      "cannot predict are copied from that run: {} cycles ({}), {} DRAM activates ({}) and the "
      "control core.",
      estimate, grouped(static_cast<uint64_t>(more.cycles)), percent(more.cycles / ours.cycles),
      grouped(more.dram.activates),
      percent(static_cast<double>(more.dram.activates) /
              static_cast<double>(std::max<uint64_t>(ours.dram.activates, 1))));
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
  prefill_.reset();
  if (meter_ != nullptr) meter_->restart();
}

void RunEnergy::product(const GemmRecord& record) {
  const bool together =
      meter_ != nullptr && meter_->product(record.name, record.m, record.n, record.k);
  if (!together && !last_.empty()) {
    ++done_[last_];
    last_.clear();
  }
  last_.push_back({record.m, record.n, record.k});
}

void RunEnergy::end_prefill() {
  if (!last_.empty()) ++done_[last_];
  last_.clear();
  prefill_.emplace();
  prefill_->groups = done_;
  if (meter_ != nullptr) prefill_->counted = meter_->total();
}

std::vector<ProductActivity> RunEnergy::products() const {
  return meter_ != nullptr ? meter_->products() : std::vector<ProductActivity>();
}

EnergyReport RunEnergy::report_part(const EnergyProfile& profile, const ModelConfig& config,
                                    const Part& part) const {
  FloatCounts host;
  HostBytes host_memory;
  int64_t position = part.position;
  for (const int64_t m : part.forwards) {
    host += host_floats(config, m, position);
    host_memory += host_bytes(config, m, position);
    position += m;
  }
  DataStatistics data;
  data.zeros = part.zeros;
  const AnalyticModel ternary(machine_, dram_);
  const MachineActivity formulas = estimate(ternary, dram_, packing_, part.groups, data);
  MachineActivity ours = meter_ != nullptr ? part.counted : formulas;
  if (meter_ != nullptr && part.intact) {
    check_formula_counts(ours.engine, formulas.engine, part.lanes_used);
    check_exact_counts(ours, energy_machine(ternary, dram_), 1, "the run");
  }
  data.toggles = input_activity(ours.engine, machine_);
  ours.host = host;
  ours.host_memory = host_memory;
  EnergyReport report =
      make_energy_report(profile, energy_machine(ternary, dram_), ours,
                         static_cast<double>(position - part.position), meter_ != nullptr);
  const AnalyticModel fp16(machine_, dram_, kFp16);
  MachineActivity baseline = estimate(fp16, dram_, packing_, part.groups, data);
  MachineActivity more;
  if (meter_ != nullptr) more = unknown(ours, formulas);
  baseline += more;
  baseline.host = host;
  baseline.host_memory = host_memory;
  add_baseline(profile, energy_machine(fp16, dram_), baseline, "FP16 machine",
               how(ours, more, meter_ != nullptr), &report);
  return report;
}

std::optional<EnergyReport> RunEnergy::report(const EnergyProfile& profile,
                                              const ModelConfig& config,
                                              const std::vector<int64_t>& forwards,
                                              const MatmulCounts& counts, bool intact) const {
  Part whole;
  whole.groups = done_;
  if (!last_.empty()) ++whole.groups[last_];
  if (whole.groups.empty()) return std::nullopt;
  if (meter_ != nullptr) whole.counted = meter_->total();
  whole.forwards = forwards;
  whole.zeros = static_cast<double>(counts.zero_products) /
                static_cast<double>(std::max<uint64_t>(counts.products, 1));
  whole.intact = intact;
  whole.lanes_used = counts.products - counts.zero_products;
  EnergyReport report = report_part(profile, config, whole);
  if (!prefill_ || forwards.empty()) return report;
  Part prefill =
      *prefill_;  // all layers see all tokens, so each phase has the run's share of zeros
  prefill.zeros = whole.zeros;
  prefill.forwards = {forwards.front()};
  Part decode = whole;
  decode.intact = false;
  decode.counted = whole.counted - prefill.counted;
  decode.forwards.erase(decode.forwards.begin());
  decode.position = forwards.front();
  for (const auto& [group, calls] : prefill.groups) {
    const auto rest = decode.groups.find(group);
    if ((rest->second -= calls) == 0) decode.groups.erase(rest);
  }
  if (decode.groups.empty() != decode.forwards.empty()) return report;  // ended within a token
  for (auto [name, part] : {std::pair("prefill", &prefill), std::pair("decode", &decode)}) {
    if (part->groups.empty()) continue;
    report.phases.push_back(report_part(profile, config, *part));
    report.phases.back().phase = name;
  }
  std::vector<const EnergyLedger*> parts;
  for (const EnergyReport& phase : report.phases) parts.push_back(&phase.ours);
  check_parts(parts, report.ours, EnergyLevel::kHost, "the sum of the phases");
  return report;
}

}  // namespace tercet

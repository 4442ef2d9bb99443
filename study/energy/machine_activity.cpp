// SPDX-License-Identifier: Apache-2.0
// Sums and differences of activities.
#include "study/energy/machine_activity.h"

#include <algorithm>
#include <array>

namespace tercet {
namespace {

constexpr std::array kDramFields = {&DramActivity::activates,      &DramActivity::reads,
                                    &DramActivity::writes,         &DramActivity::refreshes,
                                    &DramActivity::channel_cycles, &DramActivity::open_cycles};
static_assert(sizeof(DramActivity) == kDramFields.size() * sizeof(uint64_t));

}  // namespace

DramActivity dram_activity(const DramStats& s) {
  return {s.activates, s.reads, s.writes, s.refreshes, s.channel_cycles, s.open_cycles};
}

DramActivity operator-(DramActivity a, const DramActivity& b) {
  for (const auto member : kDramFields) a.*member -= b.*member;
  return a;
}

DramActivity& operator+=(DramActivity& a, const DramActivity& b) {
  for (const auto member : kDramFields) a.*member += b.*member;
  return a;
}

bool operator==(const DramActivity& a, const DramActivity& b) {
  return std::all_of(kDramFields.begin(), kDramFields.end(),
                     [&](const auto member) { return a.*member == b.*member; });
}

MachineActivity& operator+=(MachineActivity& a, const MachineActivity& b) {
  a.engine += b.engine;
  a.dram += b.dram;
  a.host += b.host;
  a.host_memory += b.host_memory;
  a.products += b.products;
  a.cycles += b.cycles;
  a.used_toggles += b.used_toggles;
  return a;
}

MachineActivity operator-(MachineActivity a, const MachineActivity& b) {
  a.engine = a.engine - b.engine;
  a.dram = a.dram - b.dram;
  a.products -= b.products;
  a.cycles -= b.cycles;
  a.used_toggles -= b.used_toggles;
  return a;
}

double used_toggles(const EngineCounts& counts) {
  if (counts.tokens == 0) return 0.0;
  return static_cast<double>(counts.lanes_used()) * static_cast<double>(counts.input_toggles) /
         static_cast<double>(counts.tokens);
}

double input_activity(const EngineCounts& counts, const tercet_config& machine) {
  constexpr double kBits = 8.0;
  const double bits = static_cast<double>(counts.tokens) * machine.rows * kBits;
  return bits > 0.0 ? static_cast<double>(counts.input_toggles) / bits : 0.0;
}

const char* elements_name(Elements elements) {
  if (elements == Elements::kFp16) return "fp16";
  return elements == Elements::kInt8 ? "int8" : "ternary";
}

double EnergyMachine::weight_bits() const {
  if (elements == Elements::kFp16) return 16.0;
  return elements == Elements::kInt8 ? 8.0 : 2.0;
}

double EnergyMachine::sum_bytes() const {
  constexpr double kBits = 8.0;
  return elements == Elements::kTernary ? machine.acc_bits / kBits : sizeof(int32_t);
}

}  // namespace tercet

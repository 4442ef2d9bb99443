// SPDX-License-Identifier: Apache-2.0
// Utilisation and stalls from counters.
#include "study/report/machine_report.h"

#include <array>
#include <nlohmann/json.hpp>

namespace tercet {

MachineReport make_machine_report(const tercet_config& machine, const Counters& counters,
                                  uint64_t products) {
  MachineReport r;
  r.counters = counters;
  const auto cycles = static_cast<double>(counters[TERCET_COUNTER_CYCLES_BUSY]);
  if (cycles == 0.0) return r;
  const auto share = [cycles](uint64_t count) { return static_cast<double>(count) / cycles; };
  r.array = share(products) / (static_cast<double>(machine.rows) * machine.cols);
  const auto ports = static_cast<double>(machine.axi_ports);
  const uint64_t reads = counters[TERCET_COUNTER_WEIGHT_BEATS] + counters[TERCET_COUNTER_ACT_BEATS];
  r.read_beats = share(reads) / ports;
  r.write_beats = share(counters[TERCET_COUNTER_OUTPUT_BEATS]) / ports;
  r.active = share(counters[TERCET_COUNTER_ARRAY_ACTIVE]);
  r.stall_weights = share(counters[TERCET_COUNTER_STALL_WEIGHTS]);
  r.stall_acts = share(counters[TERCET_COUNTER_STALL_ACTS]);
  r.stall_output = share(counters[TERCET_COUNTER_STALL_OUTPUT]);
  r.other = 1.0 - r.active - r.stall_weights - r.stall_acts - r.stall_output;
  return r;
}

const char* counter_name(int counter) {
  static constexpr std::array<const char*, TERCET_COUNTER_COUNT> kNames = {
      "cycles_busy",  "array_active", "stall_weights", "stall_acts",  "stall_output", "tiles",
      "weight_beats", "act_beats",    "output_beats",  "last_cycles", "queue_idle"};
  return kNames.at(static_cast<size_t>(counter));
}

nlohmann::ordered_json to_json(const MachineReport& report) {
  nlohmann::ordered_json counters;
  for (int i = 0; i < TERCET_COUNTER_COUNT; ++i) {
    counters[counter_name(i)] = report.counters[static_cast<size_t>(i)];
  }
  return {{"counters", counters},
          {"utilisation",
           {{"array", report.array},
            {"read_beats", report.read_beats},
            {"write_beats", report.write_beats}}},
          {"cycles_by_cause",
           {{"active", report.active},
            {"stall_weights", report.stall_weights},
            {"stall_acts", report.stall_acts},
            {"stall_output", report.stall_output},
            {"other", report.other}}}};
}

void add_rows(const MachineReport& report, Table* table) {
  const auto of_these = [](double share) { return percent(share) + " of these cycles"; };
  table->add("cycles with a command in flight",
             grouped(report.counters[TERCET_COUNTER_CYCLES_BUSY]));
  table->add("  array busy: a token enters it", of_these(report.active));
  table->add("  array waits for weights", of_these(report.stall_weights));
  table->add("  array waits for activations", of_these(report.stall_acts));
  table->add("  array waits for an accumulator bank", of_these(report.stall_output));
  table->add("  fill and drain", of_these(report.other));
  table->add("  memory port delivers a beat", of_these(report.read_beats));
  table->add("array utilisation",
             percent(report.array) + " of the products that all lanes could do in these cycles");
  table->add("engine idle while commands waited",
             grouped(report.counters[TERCET_COUNTER_QUEUE_IDLE]) + " cycles (firmware overhead)");
}

}  // namespace tercet

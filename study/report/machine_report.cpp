// SPDX-License-Identifier: Apache-2.0
// Utilisation and stalls from counters, bandwidths and shares from counts of the DRAM.
#include "study/report/machine_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/error.h"

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

nlohmann::ordered_json counters_json(const Counters& counters) {
  nlohmann::ordered_json json;
  for (int i = 0; i < TERCET_COUNTER_COUNT; ++i) {
    json[counter_name(i)] = counters[static_cast<size_t>(i)];
  }
  return json;
}

nlohmann::ordered_json to_json(const MachineReport& report) {
  return {{"counters", counters_json(report.counters)},
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

DramReport make_dram_report(const DramConfig& dram, const tercet_config& machine,
                            const DramStats& stats, uint64_t cycles) {
  DramReport report;
  report.name = dram.name;
  report.stats = stats;
  const double hz = machine.clock_mhz * 1e6;
  const double port = static_cast<double>(machine.axi_bytes) * machine.axi_ports * hz;
  const double peak = dram.fixed_latency > 0 ? port : dram_peak_bytes_per_s(dram);
  report.peak_gb_per_s = peak * 1e-9;
  if (cycles > 0) {
    const auto bytes = static_cast<double>(stats.bytes_read + stats.bytes_written);
    report.gb_per_s = bytes * hz / static_cast<double>(cycles) * 1e-9;
    report.of_peak = report.gb_per_s * 1e9 / std::min(port, peak);
  }
  const uint64_t bursts = stats.row_hits + stats.row_misses + stats.row_conflicts;
  if (bursts > 0) {
    report.row_hits = static_cast<double>(stats.row_hits) / static_cast<double>(bursts);
  }
  return report;
}

nlohmann::ordered_json to_json(const DramReport& report) {
  const DramStats& s = report.stats;
  return {{"name", report.name},
          {"gb_per_s", report.gb_per_s},
          {"peak_gb_per_s", report.peak_gb_per_s},
          {"of_peak", report.of_peak},
          {"bytes_read", s.bytes_read},
          {"bytes_written", s.bytes_written},
          {"activates", s.activates},
          {"precharges", s.precharges},
          {"reads", s.reads},
          {"writes", s.writes},
          {"refreshes", s.refreshes},
          {"row_hits", s.row_hits},
          {"row_misses", s.row_misses},
          {"row_conflicts", s.row_conflicts},
          {"row_hit_share", report.row_hits},
          {"turnarounds", s.turnarounds},
          {"average_read_latency_cycles", s.average_read_latency()},
          {"channel_cycles", s.channel_cycles},
          {"data_cycles", s.data_cycles},
          {"open_cycles", s.open_cycles},
          {"refresh_cycles", s.refresh_cycles}};
}

std::string bandwidth_text(const DramReport& report) {
  return fmt::format("{:.1f} GB/s of {}: {} of what its bus and the machine's ports can do",
                     report.gb_per_s, report.name, percent(report.of_peak));
}

void add_rows(const DramReport& report, Table* table) {
  table->add("memory bandwidth", bandwidth_text(report));
  if (report.stats.reads == 0) return;
  table->add("  row hits",
             fmt::format("{} of the bursts; {} activates, {} refreshes", percent(report.row_hits),
                         grouped(report.stats.activates), grouped(report.stats.refreshes)));
}

std::string describe_waveform(const std::string& file, const WaveformCounts& counts) {
  if (counts.cycles == 0) return file + ": no file, as no cycle of the window came";
  return fmt::format("{}: cycles {} to {}, {}B", file, grouped(counts.first),
                     grouped(counts.first + counts.cycles - 1),
                     scaled(static_cast<double>(counts.bytes), ""));
}

nlohmann::ordered_json waveform_json(const std::string& file, const WaveformCounts& counts) {
  nlohmann::ordered_json json = {
      {"file", file}, {"bytes", counts.bytes}, {"first_cycle", nullptr}, {"last_cycle", nullptr}};
  if (counts.cycles == 0) return json;
  json["first_cycle"] = counts.first;
  json["last_cycle"] = counts.first + counts.cycles - 1;
  return json;
}

void check_reached(const char* option, uint64_t first, uint64_t last, uint64_t bytes,
                   uint64_t run_last) {
  if (bytes != 0) return;
  fail("{} {}:{}: the run has cycles 0 to {} only, none of them in the window; no file was written",
       option, first, last, run_last);
}

void check_reached(const TraceOptions& trace, const std::optional<WaveformCounts>& counts) {
  if (!counts.has_value()) return;
  check_reached("--trace-window", trace.first, trace.last, counts->bytes, counts->run_last);
}

}  // namespace tercet

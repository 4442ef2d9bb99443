// SPDX-License-Identifier: Apache-2.0
// DRAM counts to bandwidths and shares.
#include "study/report/dram_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace tercet {

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

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Waveforms in reports.
#include "study/report/waveform_report.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/table.h"

namespace tercet {

std::string describe_waveform(const std::string& file, const WaveformCounts& counts) {
  if (counts.cycles == 0) return file + ": no file, as no cycle of the window came";
  return fmt::format("{}: cycles {} to {}, {}B", file, grouped(counts.first),
                     grouped(counts.first + counts.cycles - 1),
                     scaled(static_cast<double>(counts.bytes), ""));
}

nlohmann::ordered_json waveform_json(const std::string& file, const WaveformCounts& counts) {
  nlohmann::ordered_json json = {{"file", file},
                                 {"bytes", counts.bytes},
                                 {"first_cycle", nullptr},
                                 {"last_cycle", nullptr}};
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

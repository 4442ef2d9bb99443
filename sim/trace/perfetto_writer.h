// SPDX-License-Identifier: Apache-2.0
// Writes the JSON Object Format of the Trace Event Format, which chrome://tracing and Perfetto
// read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/output.h"

namespace tercet {

/// A track: a thread of a process.
struct TraceThread {
  int process = 0;
  int thread = 0;
};

/// `text` as a JSON string, quotes included.
std::string json_quoted(std::string_view text);

/// Source: "Trace Event Format",
/// docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU: complete events (X),
/// metadata events (M), counter events (C); ts and dur in microseconds. Events go to the file as
/// they come, in any order, as the format allows. Cycles are written as integer picoseconds, so
/// cycle = round(ts * MHz) and equal cycles have equal times.
class PerfettoWriter {
 public:
  /// Throws Error naming the file.
  PerfettoWriter(const std::string& file, uint32_t clock_mhz);

  void name_process(int process, std::string_view name);
  /// `order`: threads with a smaller one are shown above.
  void name_thread(TraceThread where, std::string_view name, int order);
  /// A slice of the cycles [begin, end). `args`: members of a JSON object, or nothing.
  void slice(TraceThread where, std::string_view name, uint64_t begin, uint64_t end,
             std::string_view args);
  /// From `cycle` on the counter has this value. One counter's events come in order.
  void counter(TraceThread where, std::string_view name, std::string_view unit, uint64_t cycle,
               double value);

  /// Ends the file with `other`, a JSON object, as otherData, and gives it its name. Throws Error
  /// naming the file, which then does not exist. Without this there is no file.
  void finish(std::string_view other);

  uint64_t bytes() const { return file_.bytes(); }

 private:
  std::string time(uint64_t picoseconds) const;
  uint64_t picoseconds(uint64_t cycle) const;
  void event(std::string_view text);

  OutputFile file_;
  uint32_t clock_mhz_;
  bool first_ = true;
};

}  // namespace tercet

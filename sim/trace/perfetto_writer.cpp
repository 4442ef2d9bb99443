// SPDX-License-Identifier: Apache-2.0
// Events as lines of JSON.
#include "sim/trace/perfetto_writer.h"

#include <fmt/format.h>

#include "base/json.h"

namespace tercet {

std::string json_quoted(std::string_view text) { return json_text(text, -1); }

PerfettoWriter::PerfettoWriter(const std::string& file, uint32_t clock_mhz)
    : file_(file), clock_mhz_(clock_mhz) {
  file_.write("{\"traceEvents\":[");
}

uint64_t PerfettoWriter::picoseconds(uint64_t cycle) const {
  return (cycle * 1'000'000 + clock_mhz_ / 2) / clock_mhz_;
}

/// Microseconds with as many decimals as it takes.
std::string PerfettoWriter::time(uint64_t picoseconds) const {
  constexpr uint64_t kMicro = 1'000'000;
  std::string text = fmt::format("{}.{:06}", picoseconds / kMicro, picoseconds % kMicro);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

void PerfettoWriter::event(std::string_view text) {
  file_.write(first_ ? "\n" : ",\n");
  first_ = false;
  file_.write(text);
}

void PerfettoWriter::name_process(int process, std::string_view name) {
  event(fmt::format(R"({{"ph":"M","pid":{},"tid":0,"name":"process_name","args":{{"name":{}}}}})",
                    process, json_quoted(name)));
  event(fmt::format(
      R"({{"ph":"M","pid":{},"tid":0,"name":"process_sort_index","args":{{"sort_index":{}}}}})",
      process, process));
}

void PerfettoWriter::name_thread(TraceThread where, std::string_view name, int order) {
  event(fmt::format(R"({{"ph":"M","pid":{},"tid":{},"name":"thread_name","args":{{"name":{}}}}})",
                    where.process, where.thread, json_quoted(name)));
  event(fmt::format(
      R"({{"ph":"M","pid":{},"tid":{},"name":"thread_sort_index","args":{{"sort_index":{}}}}})",
      where.process, where.thread, order));
}

void PerfettoWriter::slice(TraceThread where, std::string_view name, uint64_t begin, uint64_t end,
                           std::string_view args) {
  const uint64_t from = picoseconds(begin);
  event(fmt::format(R"({{"ph":"X","pid":{},"tid":{},"ts":{},"dur":{},"name":{},"args":{{{}}}}})",
                    where.process, where.thread, time(from), time(picoseconds(end) - from),
                    json_quoted(name), args));
}

void PerfettoWriter::counter(TraceThread where, std::string_view name, std::string_view unit,
                             uint64_t cycle, double value) {
  event(fmt::format(R"({{"ph":"C","pid":{},"tid":{},"ts":{},"name":{},"args":{{{}:{:.6g}}}}})",
                    where.process, where.thread, time(picoseconds(cycle)), json_quoted(name),
                    json_quoted(unit), value));
}

void PerfettoWriter::finish(std::string_view other) {
  file_.write("\n],\n\"otherData\":");
  file_.write(other);
  file_.write("}\n");
  file_.keep();
}

}  // namespace tercet

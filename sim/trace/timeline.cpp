// SPDX-License-Identifier: Apache-2.0
// Slices to tracks, products to layers, activity to counters.
#include "sim/trace/timeline.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/json.h"
#include "base/printable.h"

namespace tercet {
namespace {

constexpr int kModelProcess = 1;
constexpr int kMachineProcess = 2;
constexpr int kLanes = 100;  // thread numbers of a row

/// "layer 3" of "model.layers.3.mlp.down_proj"; nothing if it is in no layer.
std::string layer_of(const std::string& name) {
  const std::string key = ".layers.";
  const size_t at = name.find(key);
  if (at == std::string::npos) return "";
  const size_t from = at + key.size();
  return "layer " + name.substr(from, name.find('.', from) - from);
}

}  // namespace

void Activity::add(TraceTrack track, uint64_t first, uint64_t count) {
  while (count != 0) {
    const uint64_t window = first / kWindow;
    const uint64_t here = std::min(count, (window + 1) * kWindow - first);
    if (window < base_) {
      late_ += here;
    } else {
      if (window - base_ >= windows_.size()) windows_.resize(window - base_ + 1);
      windows_[window - base_][static_cast<size_t>(track)] += static_cast<uint32_t>(here);
    }
    first += here;
    count -= here;
  }
}

Activity::Counts Activity::take() {
  ++base_;
  if (windows_.empty()) return {};
  const Counts counts = windows_.front();
  windows_.pop_front();
  return counts;
}

Timeline::Timeline(TimelineOptions options, const tercet_config& machine)
    : options_(std::move(options)), machine_(machine), writer_(options_.file, machine.clock_mhz) {
  writer_.name_process(kModelProcess, "model");
  writer_.name_process(kMachineProcess, fmt::format("machine {}", machine.name));
}

Timeline::~Timeline() {
  if (finished_) return;
  try {
    finish(false);
  } catch (const Error& error) {
    std::fprintf(stderr, "tercet: %s\n", printable(error.what()).c_str());
  }
}

void Timeline::slice(const TraceSlice& slice) {
  last_cycle_ = std::max(last_cycle_, slice.end);
  if (slice.track == TraceTrack::kHost && slice.name == std::string_view("gemm")) {
    commands_.push_back(slice);
    return;
  }
  if (!wanted(TimelineDetail::kTiles, slice.begin, slice.end)) return;
  switch (slice.track) {
    case TraceTrack::kHost:
      put(kRegisters, slice.name, slice.begin, slice.end,
          fmt::format(R"("offset":"{:#05x}")", slice.index));
      break;
    case TraceTrack::kDmaRead:
    case TraceTrack::kDmaWrite:
      put(slice.track == TraceTrack::kDmaRead ? kRead : kWrite, slice.name, slice.begin, slice.end,
          fmt::format(R"("command":{},"address":"{:#x}")", slice.command, slice.index));
      break;
    default:
      put(slice.track == TraceTrack::kArray ? kArray : kOutput, slice.name, slice.begin, slice.end,
          fmt::format(R"("command":{},"n_tile":{})", slice.command, slice.index));
  }
}

void Timeline::active(TraceTrack track, uint64_t first, uint64_t count) {
  last_cycle_ = std::max(last_cycle_, first + count);
  activity_.add(track, first, count);
}

void Timeline::forward_begins(std::string name, int64_t tokens, uint64_t cycle) {
  close_forward();
  forward_ = {std::move(name), tokens, cycle, cycle, true};
}

void Timeline::forward_ends(uint64_t cycle) {
  forward_.end = cycle;
  close_forward();
}

/// All that the product's commands did has been told by now.
void Timeline::gemm(const GemmRecord& record) {
  const std::string shape = fmt::format(R"("m":{},"n":{},"k":{},"packing":"{}")", record.m,
                                        record.n, record.k, packing_name(record.packing));
  const std::string layer = layer_of(record.name);
  if (!layer_.open || layer_.name != layer) {
    close_layer();
    layer_ = {layer, record.m, record.begin, record.end, !layer.empty()};
  }
  layer_.end = forward_.end = record.end;
  last_cycle_ = std::max(last_cycle_, record.end);
  if (wanted(TimelineDetail::kGemms, record.begin, record.end)) {
    put(kProducts, record.name, record.begin, record.end, shape);
  }
  put_commands(record.commands, record.name, shape);
  count_up_to(record.end);
}

TimelineCounts Timeline::finish(bool complete) {
  finished_ = true;
  put_commands(commands_.size(), "gemm", "");
  close_forward();
  count_up_to(last_cycle_);
  if (!activity_.empty()) {
    const uint64_t begin = activity_.begin();
    count_window(begin, last_cycle_, activity_.take());
  }
  count_window(last_cycle_, last_cycle_ + 1, {});
  if (activity_.late() != 0 || !activity_.empty()) {
    fail("{}: {} cycles of activity came after their window was written", options_.file,
         activity_.late());
  }
  counts_.run_last = last_cycle_;
  if (options_.first != 0 && options_.first >= last_cycle_) return counts_;  // and there is no file
  writer_.finish(other(complete));
  counts_.bytes = writer_.bytes();
  return counts_;
}

/// Counts what it refuses.
bool Timeline::wanted(TimelineDetail level, uint64_t begin, uint64_t end) {
  if (level > options_.detail) {
    ++counts_.left_out_by_detail;
  } else if (begin >= options_.last || std::max(end, begin + 1) <= options_.first) {
    ++counts_.left_out_by_window;
  } else {
    return true;
  }
  return false;
}

void Timeline::put(Row row, const std::string& name, uint64_t begin, uint64_t end,
                   const std::string& args) {
  ++counts_.slices;
  writer_.slice(lane(row, begin, end), name, begin, end, args);
}

TraceThread Timeline::thread(Row row, size_t lane) {
  return {row < kRegisters ? kModelProcess : kMachineProcess,
          (row + 1) * kLanes + static_cast<int>(lane)};
}

/// The first lane of the row that is free at `begin`: slices of a thread never overlap.
TraceThread Timeline::lane(Row row, uint64_t begin, uint64_t end) {
  static constexpr std::array<const char*, kRows> kNames = {
      "forward steps", "layers",    "products", "host: registers", "host: commands",
      "dma read",      "dma write", "array",    "output"};
  std::vector<uint64_t>& ends = lanes_[row];
  const auto free = std::find_if(ends.begin(), ends.end(), [&](uint64_t e) { return e <= begin; });
  const auto index = static_cast<size_t>(free - ends.begin());
  const TraceThread where = thread(row, index);
  if (free != ends.end()) {
    *free = end;
    return where;
  }
  if (index == kLanes)
    fail("{}: over {} slices at once in '{}'", options_.file, index, kNames[row]);
  ends.push_back(end);
  writer_.name_thread(where,
                      index == 0 ? kNames[row] : fmt::format("{}, lane {}", kNames[row], index + 1),
                      where.thread);
  return where;
}

/// The oldest `count` of those that have completed; the rest are of products not told of yet.
void Timeline::put_commands(size_t count, const std::string& name, const std::string& args) {
  const auto end =
      commands_.begin() + static_cast<std::ptrdiff_t>(std::min(count, commands_.size()));
  for (auto c = commands_.begin(); c != end; ++c) {
    if (!wanted(TimelineDetail::kGemms, c->begin, c->end)) continue;
    put(kCommands, name, c->begin, c->end,
        fmt::format(R"("command":{}{}{})", c->command, args.empty() ? "" : ",", args));
  }
  commands_.erase(commands_.begin(), end);
}

void Timeline::close_layer() {
  if (!layer_.open) return;
  layer_.open = false;
  if (!wanted(TimelineDetail::kLayers, layer_.begin, layer_.end)) return;
  put(kLayers, layer_.name, layer_.begin, layer_.end, fmt::format(R"("tokens":{})", layer_.tokens));
}

void Timeline::close_forward() {
  close_layer();
  if (!forward_.open) return;
  forward_.open = false;
  if (!wanted(TimelineDetail::kLayers, forward_.begin, forward_.end)) return;
  put(kForwards, forward_.name, forward_.begin, forward_.end,
      fmt::format(R"("tokens":{})", forward_.tokens));
}

/// Writes the activity windows that end at `cycle` or before.
void Timeline::count_up_to(uint64_t cycle) {
  while (activity_.begin() + Activity::kWindow <= cycle) {
    const uint64_t begin = activity_.begin();
    const bool idle = activity_.empty();
    count_window(begin, begin + Activity::kWindow, activity_.take());
    if (idle) activity_.skip_to(cycle);
  }
}

/// Counters of the cycles [begin, end), where they change.
void Timeline::count_window(uint64_t begin, uint64_t end, const Activity::Counts& counts) {
  struct Counter {
    const char* name;
    const char* unit;
    TraceTrack track;
    Row row;
    double scale;  // of an event a cycle
  };
  const double gigabytes = machine_.axi_bytes * machine_.clock_mhz * 1e-3;
  const std::array<Counter, 3> counters = {{
      {"memory read", "GB/s", TraceTrack::kDmaRead, kRead, gigabytes},
      {"memory write", "GB/s", TraceTrack::kDmaWrite, kWrite, gigabytes},
      {"array busy", "%", TraceTrack::kArray, kArray, 100.0},
  }};
  const bool inside = begin < options_.last && end > options_.first;
  for (size_t i = 0; i < counters.size(); ++i) {
    const Counter& c = counters[i];
    const uint32_t count = inside ? counts[static_cast<size_t>(c.track)] : 0;
    const double value = c.scale * count / static_cast<double>(end - begin);
    if (value == shown_[i]) continue;
    shown_[i] = value;
    writer_.counter(thread(c.row, 0), c.name, c.unit, begin, value);
  }
}

std::string Timeline::other(bool complete) const {
  static constexpr std::array<const char*, 3> kDetails = {"layers", "gemms", "tiles"};
  nlohmann::ordered_json json;
  for (const auto& [name, text] : options_.about) json[name] = text;
  json["config"] = machine_.name;
  json["clock_mhz"] = machine_.clock_mhz;
  json["complete"] = complete;
  json["detail"] = kDetails[static_cast<size_t>(options_.detail)];
  json["first_cycle"] = options_.first;
  json["last_cycle"] = std::min(options_.last, last_cycle_);
  json["counter_window_cycles"] = Activity::kWindow;
  json["slices"] = counts_.slices;
  json["slices_left_out_by_detail"] = counts_.left_out_by_detail;
  json["slices_left_out_by_window"] = counts_.left_out_by_window;
  return json_text(json, 1);
}

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Reads grids strictly.
#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "base/combinations.h"
#include "host_driver/layout.h"
#include "model/synth.h"
#include "sim/dram/dram_presets.h"
#include "study/sweep/sweep.h"

namespace tercet {
namespace {

using Json = nlohmann::json;

constexpr int64_t kMost = std::numeric_limits<uint32_t>::max() / 2;  // of any number of a machine
constexpr size_t kLongest = 1024;                                    // values of an axis

struct NumberAxis {
  const char* name;
  std::vector<int64_t> SweepGrid::*values;
};
struct NameAxis {
  const char* name;
  std::vector<std::string> SweepGrid::*values;
};

const std::vector<NumberAxis>& number_axes() {
  static const std::vector<NumberAxis> kAxes = {
      {"rows", &SweepGrid::rows},           {"cols", &SweepGrid::cols},
      {"tokens", &SweepGrid::tokens},       {"axi_bytes", &SweepGrid::axi_bytes},
      {"axi_ports", &SweepGrid::axi_ports}, {"act_sram_bytes", &SweepGrid::act_sram_bytes},
      {"clock_mhz", &SweepGrid::clock_mhz}, {"tokens_per_step", &SweepGrid::tokens_per_step}};
  return kAxes;
}

const std::vector<NameAxis>& name_axes() {
  static const std::vector<NameAxis> kAxes = {
      {"dram", &SweepGrid::dram}, {"packing", &SweepGrid::packing}, {"models", &SweepGrid::models}};
  return kAxes;
}

int64_t number(const Json& value, const std::string& where) {
  if (!value.is_number_integer()) fail("{}: {} is not an integer", where, value.dump());
  const bool fits = value.is_number_unsigned()
                        ? value.get<uint64_t>() <= static_cast<uint64_t>(kMost)
                        : value.get<int64_t>() >= 0;
  if (!fits) fail("{}: {} is not within 0..{}", where, value.dump(), kMost);
  return value.get<int64_t>();
}

/// {"from", "to", and "times" or "plus"}.
std::vector<int64_t> range(const Json& object, const std::string& where) {
  const bool times = object.contains("times");
  const std::set<std::string> keys = {"from", "to", times ? "times" : "plus"};
  for (const auto& item : object.items()) {
    if (keys.count(item.key()) == 0) fail("{}: unknown key '{}'", where, item.key());
  }
  for (const std::string& key : keys) {
    if (!object.contains(key)) fail("{}: key '{}' is missing", where, key);
  }
  const int64_t from = number(object["from"], where + ": from");
  const int64_t to = number(object["to"], where + ": to");
  const int64_t step =
      number(object[times ? "times" : "plus"], where + (times ? ": times" : ": plus"));
  if (from < 1 || to < from) fail("{}: from {} to {} is no range", where, from, to);
  if (step < (times ? 2 : 1)) fail("{}: a step of {} goes nowhere", where, step);
  std::vector<int64_t> values;
  for (int64_t value = from; value <= to; value = times ? value * step : value + step) {
    if (values.size() == kLongest) fail("{}: over {} values", where, kLongest);
    values.push_back(value);
  }
  return values;
}

std::vector<int64_t> numbers(const Json& axis, const std::string& where) {
  if (axis.is_object()) return range(axis, where);
  if (!axis.is_array()) fail("{}: neither a list nor a range", where);
  std::vector<int64_t> values;
  for (const Json& value : axis) values.push_back(number(value, where));
  return values;
}

std::vector<std::string> names(const Json& axis, const std::string& where) {
  if (!axis.is_array()) fail("{}: not a list", where);
  std::vector<std::string> values;
  for (const Json& value : axis) {
    if (!value.is_string()) fail("{}: {} is not a name", where, value.dump());
    values.push_back(value.get<std::string>());
  }
  return values;
}

Json parse(const std::string& text, const std::string& file) {
  std::vector<std::set<std::string>> open;
  const auto refuse_double = [&](int, Json::parse_event_t event, Json& value) {
    if (event == Json::parse_event_t::object_start) open.emplace_back();
    if (event == Json::parse_event_t::object_end) open.pop_back();
    if (event == Json::parse_event_t::key && !open.back().insert(value.get<std::string>()).second) {
      fail("{}: key '{}' is there twice", file, value.get<std::string>());
    }
    return true;
  };
  try {
    return Json::parse(text, refuse_double);
  } catch (const Json::parse_error& error) {
    fail("{}: not JSON: {}", file, error.what());
  }
}

}  // namespace

SweepGrid parse_sweep_grid(const std::string& text, const std::string& file) {
  const Json json = parse(text, file);
  if (!json.is_object()) fail("{}: not an object", file);
  const nlohmann::ordered_json keys = to_json(SweepGrid{});
  for (const auto& item : json.items()) {
    if (!keys.contains(item.key())) fail("{}: unknown key '{}'", file, item.key());
  }
  for (const auto& item : keys.items()) {
    if (!json.contains(item.key())) fail("{}: key '{}' is missing", file, item.key());
  }
  SweepGrid grid;
  if (!json["base"].is_string()) fail("{}: base: not a name", file);
  grid.base = json["base"].get<std::string>();
  for (const NumberAxis& axis : number_axes()) {
    grid.*axis.values = numbers(json[axis.name], file + ": " + axis.name);
  }
  for (const NameAxis& axis : name_axes()) {
    grid.*axis.values = names(json[axis.name], file + ": " + axis.name);
  }
  try {
    check(grid);
  } catch (const Error& error) {
    fail("{}: {}", file, error.what());
  }
  return grid;
}

nlohmann::ordered_json to_json(const SweepGrid& grid) {
  nlohmann::ordered_json json = {{"base", grid.base}};
  for (const NumberAxis& axis : number_axes()) json[axis.name] = grid.*axis.values;
  for (const NameAxis& axis : name_axes()) json[axis.name] = grid.*axis.values;
  return json;
}

void check(const SweepGrid& grid) {
  find_machine(grid.base);
  for (const NumberAxis& axis : number_axes()) {
    const std::vector<int64_t>& values = grid.*axis.values;
    if (values.empty()) fail("{}: no value", axis.name);
    const bool zero = std::string(axis.name) == "axi_bytes";
    for (const int64_t value : values) {
      if (value < (zero ? 0 : 1) || value > kMost) {
        fail("{}: {} is not within {}..{}", axis.name, value, zero ? 0 : 1, kMost);
      }
    }
  }
  for (const int64_t tokens : grid.tokens_per_step) {
    if (tokens > TERCET_MAX_CMD_M) {
      fail("tokens_per_step: {} is over the {} of a command", tokens,
           static_cast<int64_t>(TERCET_MAX_CMD_M));
    }
  }
  std::vector<std::pair<std::string, size_t>> sizes;
  for (const NameAxis& axis : name_axes()) {
    if ((grid.*axis.values).empty()) fail("{}: no value", axis.name);
    check_distinct(axis.name, grid.*axis.values);
    sizes.emplace_back(axis.name, (grid.*axis.values).size());
  }
  for (const NumberAxis& axis : number_axes()) {
    check_distinct(axis.name, grid.*axis.values);
    sizes.emplace_back(axis.name, (grid.*axis.values).size());
  }
  check_combinations(sizes, kMaxSweepPoints);
  for (const std::string& name : grid.dram) dram_config(name);
  for (const std::string& name : grid.packing) parse_packing(name);
  for (const std::string& name : grid.models) find_shape(name);
}

}  // namespace tercet

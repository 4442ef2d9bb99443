// SPDX-License-Identifier: Apache-2.0
// Reads grids strictly.
#include <limits>
#include <utility>

#include "base/combinations.h"
#include "base/json.h"
#include "host_driver/layout.h"
#include "model/synth.h"
#include "sim/dram/dram_presets.h"
#include "study/sweep/sweep.h"

namespace tercet {
namespace {

constexpr int64_t kMost = std::numeric_limits<uint32_t>::max() / 2;  // of any number of a machine
constexpr size_t kLongest = 1024;                                    // values of an axis

struct NameAxis {
  const char* name;
  std::vector<std::string> SweepGrid::*values;
};
constexpr NameAxis kNameAxes[] = {
    {"dram", &SweepGrid::dram}, {"packing", &SweepGrid::packing}, {"models", &SweepGrid::models}};

/// {"from", "to", and "times" or "plus"}.
std::vector<int64_t> range(const Json& object, const std::string& where) {
  Fields fields(object, where);
  const bool times = fields.has("times");
  const int64_t from = fields.integer("from", 1, kMost);
  const int64_t to = fields.integer("to", from, kMost);
  const int64_t step = fields.integer(times ? "times" : "plus", 0, kMost);
  fields.finish();
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
  for (const Json& value : axis) values.push_back(to_integer(value, where, INT64_MIN, INT64_MAX));
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

}  // namespace

SweepGrid parse_sweep_grid(const std::string& text, const std::string& file) {
  const Json json = parse_json(text, file);
  if (!json.is_object()) fail("{}: not an object", file);
  Fields fields(json, file);
  fields.find("base");
  for (const NumberAxis& axis : kNumberAxes) fields.find(axis.name);
  for (const NameAxis& axis : kNameAxes) fields.find(axis.name);
  fields.finish();  // a name that is wrong, before one that is missing for it
  SweepGrid grid;
  grid.base = fields.text("base");
  for (const NumberAxis& axis : kNumberAxes) {
    grid.*axis.values = numbers(fields.need(axis.name), file + ": " + axis.name);
  }
  for (const NameAxis& axis : kNameAxes) {
    grid.*axis.values = names(fields.need(axis.name), file + ": " + axis.name);
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
  for (const NumberAxis& axis : kNumberAxes) json[axis.name] = grid.*axis.values;
  for (const NameAxis& axis : kNameAxes) json[axis.name] = grid.*axis.values;
  return json;
}

void check(const SweepGrid& grid) {
  find_machine(grid.base);
  std::vector<std::pair<std::string, size_t>> sizes;
  const auto add = [&](const auto& axis) {
    if ((grid.*axis.values).empty()) fail("{}: no value", axis.name);
    sizes.emplace_back(axis.name, (grid.*axis.values).size());
  };
  for (const NameAxis& axis : kNameAxes) add(axis);
  for (const NumberAxis& axis : kNumberAxes) {
    add(axis);
    const int64_t least = axis.values == &SweepGrid::axi_bytes ? 0 : 1;
    for (const int64_t value : grid.*axis.values) {
      if (value < least || value > kMost) {
        fail("{}: {} is not within {}..{}", axis.name, value, least, kMost);
      }
    }
  }
  for (const int64_t tokens : grid.tokens_per_step) {
    if (tokens > TERCET_MAX_CMD_M) {
      fail("tokens_per_step: {} is over the {} of a command", tokens,
           static_cast<int64_t>(TERCET_MAX_CMD_M));
    }
  }
  check_combinations(sizes, kMaxSweepPoints);
  for (const NumberAxis& axis : kNumberAxes) check_distinct(axis.name, grid.*axis.values);
  for (const NameAxis& axis : kNameAxes) check_distinct(axis.name, grid.*axis.values);
  for (const std::string& name : grid.dram) dram_config(name);
  for (const std::string& name : grid.packing) parse_packing(name);
  for (const std::string& name : grid.models) find_shape(name);
}

}  // namespace tercet

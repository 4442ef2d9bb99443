// SPDX-License-Identifier: Apache-2.0
// Reads profiles and refuses what they should not contain: names of rows are those that something
// reads, and those that are kept for their readers.
#include "study/energy/profile.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"
#include "base/input.h"
#include "base/json.h"
#include "base/names.h"
#include "host_driver/firmware_image.h"
#include "sim/dram/dram_presets.h"

namespace tercet {
namespace {

constexpr int64_t kMaxFile = 1 << 20;
constexpr int kRowDepth = 2;  // of a row's object in the file

const std::vector<std::string> kUnits = {"pJ/op", "pJ/byte", "pJ/bit", "pJ/bit/mm", "mW",
                                         "um2",   "um2/bit", "cells",  "ps",        "share"};
const std::vector<std::string> kNodes = {"5 nm",  "7 nm",  "7 nm (ASAP7)", "10 nm",  "12 nm",
                                         "16 nm", "22 nm", "28 nm",        "40 nm",  "45 nm",
                                         "65 nm", "90 nm", "130 nm",       "180 nm", "DRAM"};
const std::vector<std::string> kKinds = {"measured", "synthesised", "literature", "scaled"};

std::string words_of(Fields& fields, const char* key) {
  std::string text = fields.text(key);
  if (text.empty()) fail("{}: '{}' is empty", fields.where(), key);
  return text;
}

void check_one_of(const std::vector<std::string>& known, const std::string& value, const char* key,
                  const std::string& where) {
  if (std::find(known.begin(), known.end(), value) != known.end()) return;
  std::string names;
  for (const std::string& name : known) names += (names.empty() ? "" : ", ") + name;
  fail("{}: '{}' is '{}', not one of {}", where, key, value, names);
}

EnergyRow parse_row(const Json& object, const std::string& place) {
  std::string where = place;
  if (object.is_object() && object.contains("name") && object["name"].is_string()) {
    where += " '" + object["name"].get<std::string>() + "'";
  }
  Fields fields(object, where);
  EnergyRow row;
  row.name = fields.text("name");
  row.value = fields.number("value", -HUGE_VAL, HUGE_VAL);
  row.unit = fields.text("unit");
  row.node = fields.text("node");
  row.source = fields.text("source");
  row.kind = fields.text("kind");
  row.note = fields.text("note");
  fields.finish();
  check_energy_row(row, where);
  return row;
}

/// JSON knows no NaN and no infinity, so a row that has one cannot even be parsed.
Json parse_rows(const std::string& text, const std::string& file) {
  int row = -1;
  const auto count = [&row](int depth, Json::parse_event_t event, Json&) {
    if (depth == kRowDepth && event == Json::parse_event_t::object_start) ++row;
    return true;
  };
  try {
    return Json::parse(text, count);
  } catch (const Json::exception& error) {
    if (row < 0) fail("{}: {}", file, json_fault(error));
    fail("{}: row {}: {}", file, row, json_fault(error));
  }
}

/// Names of rows that the profile says it has none of; `list` null: it says nothing.
std::set<std::string> parse_not_included(const Json* list, const EnergyProfile& profile) {
  std::set<std::string> names;
  if (list == nullptr) return names;
  const std::string where = profile.file() + ": 'not_included'";
  if (!list->is_array()) fail("{} is not an array", where);
  for (const Json& name : *list) {
    if (!name.is_string()) fail("{}: {} is not a string", where, name.dump());
    const std::string& row = *names.insert(name.get<std::string>()).first;
    check_row_name(row, where);
    if (profile.find(row) != nullptr) fail("{}: '{}' has a row", where, row);
  }
  return names;
}

std::set<std::string> used_names() {
  std::set<std::string> names = {
      "ternary_add", "ternary_zero", "decode_two_bit", "decode_trit5", "core_instruction",
      "sram_8k", "sram_32k", "sram_1m", "wire", "smallest_cell",
      // Operators: `tercet paper`, the host's arithmetic, and what other rows are made of.
      "int8_add", "int8_mul", "int32_add", "fp16_add", "fp16_mul", "fp32_add", "fp32_mul",
      "fp32_other"};
  for (const std::string kind : {"ternary", "int8", "fp16"}) {
    const std::string prefix = kind == "ternary" ? "" : kind + "_";
    if (!prefix.empty()) names.insert(kind + "_mac");
    for (const char* end : {"_activity", "_still"}) names.insert(kind + end);
    names.insert("idle_" + kind + "_lane");
    names.insert(prefix + "accumulate");
    names.insert(prefix + "tile_register");
    for (const char* what : {"area_", "cells_", "leakage_"}) {
      names.insert(what + kind + "_lane");
      names.insert(what + prefix + "accumulate");
    }
  }
  for (const char* what : {"area_", "cells_", "leakage_"}) {
    names.insert(std::string(what) + "decode");
    if (std::string(what) != "cells_") names.insert(std::string(what) + "sram");
  }
  for (const DramPreset& preset : dram_presets()) {
    for (const char* row :
         {"activate", "refresh", "read", "write", "active_standby", "precharge_standby"}) {
      names.insert(std::string("dram/") + preset.name + "/" + row);
    }
  }
  return names;
}

/// What scripts/characterise.py writes beside the rows of a ledger: elements, slices, lanes with
/// one tensor's operands, longest paths.
bool is_characterisation(const std::string& name) {
  static const std::set<std::string> kNames = [] {
    std::set<std::string> names;
    for (const std::string kind : {"ternary", "int8", "fp16"}) {
      names.insert(kind + "_element");
      const std::string prefix = kind == "ternary" ? "" : kind + "_";
      for (const char* what : {"area_", "cells_", "path_", "leakage_"}) {
        names.insert(what + kind + "_element");
        names.insert(what + kind + "_slice_16x8");
      }
      names.insert("path_" + kind + "_lane");
      names.insert("path_" + prefix + "accumulate");
    }
    names.insert("path_decode");
    return names;
  }();
  if (kNames.count(name) > 0) return true;
  static const std::array<std::string, 3> kLanes = {"ternary_lane/", "int8_lane/", "fp16_lane/"};
  return std::any_of(kLanes.begin(), kLanes.end(),
                     [&name](const std::string& begin) { return name.rfind(begin, 0) == 0; });
}

}  // namespace

void check_energy_row(const EnergyRow& row, const std::string& where) {
  if (row.name.empty()) fail("{}: 'name' is empty", where);
  if (!std::isfinite(row.value)) fail("{}: 'value' is not finite", where);
  if (row.value < 0.0) fail("{}: 'value' {} is below 0", where, row.value);
  check_one_of(kUnits, row.unit, "unit", where);
  check_one_of(kNodes, row.node, "node", where);
  if (row.source.empty()) fail("{}: 'source' is empty", where);
  check_one_of(kKinds, row.kind, "kind", where);
}

void check_row_name(const std::string& name, const std::string& where) {
  static const std::set<std::string> kUsed = used_names();
  if (kUsed.count(name) > 0 || is_characterisation(name)) return;
  fail("{}: unknown row '{}'{}", where, name, did_you_mean(name, {kUsed.begin(), kUsed.end()}));
}

EnergyProfile EnergyProfile::load(const std::filesystem::path& path) {
  return parse(read_text(path, kMaxFile), path.string());
}

const std::vector<std::string>& EnergyProfile::built_in_names() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names;
    for (const BuiltInProfile& profile : built_in_profiles()) names.emplace_back(profile.name);
    return names;
  }();
  return kNames;
}

EnergyProfile EnergyProfile::open(const std::string& name) {
  for (const BuiltInProfile& profile : built_in_profiles()) {
    if (name == profile.name) return parse(profile.text, name + ".json");
  }
  return load(name);
}

EnergyProfile EnergyProfile::parse(const std::string& text, const std::string& file) {
  const Json json = parse_rows(text, file);
  Fields fields(json, file);
  EnergyProfile profile;
  profile.file_ = file;
  profile.crc_ = crc32({text.begin(), text.end()});
  profile.name_ = words_of(fields, "name");
  words_of(fields, "description");
  const Json& rows = fields.need("rows");
  if (!rows.is_array()) fail("{}: 'rows' is not an array", file);
  for (const Json& object : rows) {
    const std::string where = fmt::format("{}: row {}", file, profile.rows_.size());
    EnergyRow row = parse_row(object, where);
    check_row_name(row.name, where);
    if (profile.find(row.name) != nullptr) fail("{}: '{}' appears twice", where, row.name);
    profile.rows_.push_back(std::move(row));
  }
  if (profile.rows_.empty()) fail("{}: 'rows' is empty", file);
  profile.not_included_ = parse_not_included(fields.find("not_included"), profile);
  fields.finish();
  return profile;
}

const EnergyRow* EnergyProfile::find(const std::string& name) const {
  const auto found = std::find_if(rows_.begin(), rows_.end(),
                                  [&name](const EnergyRow& row) { return row.name == name; });
  return found == rows_.end() ? nullptr : &*found;
}

double EnergyProfile::value(const std::string& name, const std::string& unit) const {
  const EnergyRow* row = find(name);
  if (row == nullptr) fail("{}: row '{}' is missing", file_, name);
  if (row->unit != unit) fail("{}: '{}' is in {}, not {}", file_, name, row->unit, unit);
  return row->value;
}

}  // namespace tercet

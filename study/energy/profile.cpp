// SPDX-License-Identifier: Apache-2.0
// Reads profiles and refuses what they should not contain.
#include "study/energy/profile.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.h"
#include "base/input.h"
#include "base/json.h"
#include "study/energy/built_in.h"

namespace tercet {
namespace {

constexpr int64_t kMaxFile = 1 << 20;
constexpr int kRowDepth = 2;  // of a row's object in the file

void check_keys(const Json& object, const std::set<std::string>& keys, const std::string& where) {
  if (!object.is_object()) fail("{}: not an object", where);
  for (const auto& item : object.items()) {
    if (keys.count(item.key()) == 0) fail("{}: unknown key '{}'", where, item.key());
  }
  for (const std::string& key : keys) {
    if (!object.contains(key)) fail("{}: key '{}' is missing", where, key);
  }
}

std::string text_of(const Json& object, const char* key, const std::string& where) {
  const Json& value = object.at(key);
  if (!value.is_string()) fail("{}: '{}' is not a string", where, key);
  return value.get<std::string>();
}

std::string words_of(const Json& object, const char* key, const std::string& where) {
  std::string text = text_of(object, key, where);
  if (text.empty()) fail("{}: '{}' is empty", where, key);
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
  check_keys(object, {"name", "value", "unit", "node", "source", "kind", "note"}, where);
  const Json& value = object.at("value");
  if (!value.is_number()) fail("{}: 'value' is not a number", where);
  EnergyRow row;
  row.name = text_of(object, "name", where);
  row.value = value.get<double>();
  row.unit = text_of(object, "unit", where);
  row.node = text_of(object, "node", where);
  row.source = text_of(object, "source", where);
  row.kind = text_of(object, "kind", where);
  row.note = text_of(object, "note", where);
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

}  // namespace

const std::vector<std::string>& energy_units() {
  static const std::vector<std::string> kUnits = {
      "pJ/op", "pJ/byte", "pJ/bit", "pJ/bit/mm", "mW", "um2", "um2/bit", "cells", "ps", "share"};
  return kUnits;
}

const std::vector<std::string>& energy_nodes() {
  static const std::vector<std::string> kNodes = {
      "5 nm",  "7 nm",  "7 nm (ASAP7)", "10 nm", "12 nm",  "16 nm",  "22 nm", "28 nm",
      "40 nm", "45 nm", "65 nm",        "90 nm", "130 nm", "180 nm", "DRAM"};
  return kNodes;
}

const std::vector<std::string>& energy_kinds() {
  static const std::vector<std::string> kKinds = {"measured", "synthesised", "literature",
                                                  "scaled"};
  return kKinds;
}

void check_energy_row(const EnergyRow& row, const std::string& where) {
  if (row.name.empty()) fail("{}: 'name' is empty", where);
  if (!std::isfinite(row.value)) fail("{}: 'value' is not finite", where);
  if (row.value < 0.0) fail("{}: 'value' {} is below 0", where, row.value);
  check_one_of(energy_units(), row.unit, "unit", where);
  check_one_of(energy_nodes(), row.node, "node", where);
  if (row.source.empty()) fail("{}: 'source' is empty", where);
  check_one_of(energy_kinds(), row.kind, "kind", where);
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
  check_keys(json, {"name", "description", "rows"}, file);
  EnergyProfile profile;
  profile.file_ = file;
  profile.name_ = words_of(json, "name", file);
  profile.description_ = words_of(json, "description", file);
  if (!json.at("rows").is_array()) fail("{}: 'rows' is not an array", file);
  for (const Json& object : json.at("rows")) {
    const std::string where = fmt::format("{}: row {}", file, profile.rows_.size());
    EnergyRow row = parse_row(object, where);
    if (profile.find(row.name) != nullptr) fail("{}: '{}' appears twice", where, row.name);
    profile.rows_.push_back(std::move(row));
  }
  if (profile.rows_.empty()) fail("{}: 'rows' is empty", file);
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

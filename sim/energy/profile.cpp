// SPDX-License-Identifier: Apache-2.0
// Reads profiles and refuses what they should not contain.
#include "sim/energy/profile.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "tercet/model/error.h"
#include "tercet/model/mapped_file.h"

namespace tercet {
namespace {

using Json = nlohmann::json;

constexpr int64_t kMaxFile = 1 << 20;
constexpr std::array<const char*, 4> kKinds = {"measured", "synthesised", "literature", "scaled"};

void check_keys(const Json& object, const std::set<std::string>& keys, const std::string& where) {
  if (!object.is_object()) fail("{}: not an object", where);
  for (const auto& item : object.items()) {
    if (keys.count(item.key()) == 0) fail("{}: unknown key '{}'", where, item.key());
  }
  for (const std::string& key : keys) {
    if (!object.contains(key)) fail("{}: key '{}' is missing", where, key);
  }
}

std::string text_of(const Json& object, const char* key, const std::string& where,
                    bool may_be_empty = false) {
  const Json& value = object.at(key);
  if (!value.is_string()) fail("{}: '{}' is not a string", where, key);
  std::string text = value.get<std::string>();
  if (text.empty() && !may_be_empty) fail("{}: '{}' is empty", where, key);
  return text;
}

EnergyRow parse_row(const Json& object, const std::string& where) {
  check_keys(object, {"name", "value", "unit", "node", "source", "kind", "note"}, where);
  EnergyRow row;
  row.name = text_of(object, "name", where);
  const Json& value = object.at("value");
  if (!value.is_number()) fail("{}: 'value' is not a number", where);
  row.value = value.get<double>();
  if (!std::isfinite(row.value) || row.value < 0.0)
    fail("{}: 'value' {} is below 0", where, row.value);
  row.unit = text_of(object, "unit", where);
  row.node = text_of(object, "node", where);
  row.source = text_of(object, "source", where);
  row.kind = text_of(object, "kind", where);
  if (std::find(kKinds.begin(), kKinds.end(), row.kind) == kKinds.end()) {
    fail("{}: 'kind' is '{}', not measured, synthesised, literature or scaled", where, row.kind);
  }
  row.note = text_of(object, "note", where, true);
  return row;
}

}  // namespace

EnergyProfile EnergyProfile::load(const std::filesystem::path& path) {
  return parse(read_text(path, kMaxFile), path.string());
}

EnergyProfile EnergyProfile::parse(const std::string& text, const std::string& file) {
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::exception& error) {
    fail("{}: {}", file, error.what());
  }
  check_keys(json, {"name", "description", "rows"}, file);
  EnergyProfile profile;
  profile.file_ = file;
  profile.name_ = text_of(json, "name", file);
  profile.description_ = text_of(json, "description", file);
  if (!json.at("rows").is_array()) fail("{}: 'rows' is not an array", file);
  std::set<std::string> names;
  for (const Json& object : json.at("rows")) {
    const std::string where = fmt::format("{}: row {}", file, profile.rows_.size());
    profile.rows_.push_back(parse_row(object, where));
    if (!names.insert(profile.rows_.back().name).second) {
      fail("{}: '{}' appears twice", where, profile.rows_.back().name);
    }
  }
  return profile;
}

double EnergyProfile::pj_per_op(const std::string& name) const {
  for (const EnergyRow& row : rows_) {
    if (row.name != name) continue;
    if (row.unit != "pJ/op") fail("{}: '{}' is in {}, not pJ/op", file_, name, row.unit);
    return row.value;
  }
  fail("{}: row '{}' is missing", file_, name);
}

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// JSON read strictly, and written.
#include "base/json.h"

#include <utility>
#include <vector>

#include "base/error.h"
#include "base/output.h"

namespace tercet {

std::string json_fault(const Json::exception& error) {
  const std::string what = error.what();  // "[json.exception.parse_error.101] parse error at .."
  return what.substr(what.find("] ") + 2);
}

Json parse_json(const std::string& text, const std::string& file) {
  std::vector<std::set<std::string>> open;  // the keys of each object that is being read
  const auto check_keys = [&](int, Json::parse_event_t event, Json& value) {
    if (event == Json::parse_event_t::object_start) open.emplace_back();
    if (event == Json::parse_event_t::object_end) open.pop_back();
    if (event == Json::parse_event_t::key) {
      const auto& key = value.get_ref<const std::string&>();
      if (!open.back().insert(key).second) fail("{}: key '{}' appears twice", file, key);
    }
    return true;
  };
  try {
    return Json::parse(text, check_keys);
  } catch (const Json::exception& error) {
    fail("{}: not valid JSON: {}", file, json_fault(error));
  }
}

Fields::Fields(const Json& object, std::string where) : object_(object), where_(std::move(where)) {
  if (!object.is_object()) fail("{}: expected an object, found {}", where_, object.type_name());
}

const Json* Fields::find(const std::string& key) {
  read_.insert(key);
  const auto it = object_.find(key);
  return it == object_.end() ? nullptr : &*it;
}

const Json& Fields::need(const std::string& key) {
  const Json* value = find(key);
  if (value == nullptr) fail("{}: key '{}' is missing", where_, key);
  return *value;
}

int64_t Fields::integer(const std::string& key, int64_t low, int64_t high) {
  return to_integer(need(key), where_ + ": " + key, low, high);
}

double Fields::number(const std::string& key, double low, double high) {
  const Json& value = need(key);
  if (!value.is_number()) fail("{}: {} is not a number but {}", where_, key, value.type_name());
  const double x = value.get<double>();
  if (!(x >= low && x <= high)) fail("{}: {} is {}, not in [{}, {}]", where_, key, x, low, high);
  return x;
}

bool Fields::boolean(const std::string& key) {
  const Json& value = need(key);
  if (!value.is_boolean()) fail("{}: {} is neither true nor false", where_, key);
  return value.get<bool>();
}

std::string Fields::text(const std::string& key) {
  const Json& value = need(key);
  if (!value.is_string()) fail("{}: {} is not a string but {}", where_, key, value.type_name());
  return value.get<std::string>();
}

void Fields::ignore(std::initializer_list<const char*> keys) {
  for (const char* key : keys) read_.insert(key);
}

void Fields::expect_null(const std::string& key) {
  const Json* value = find(key);
  if (value != nullptr && !value->is_null()) fail("{}: {} is not supported", where_, key);
}

void Fields::expect_false(const std::string& key) {
  const Json* value = find(key);
  if (value != nullptr && *value != false) fail("{}: {} must be false", where_, key);
}

void Fields::finish() const {
  for (const auto& item : object_.items()) {
    if (read_.count(item.key()) == 0) fail("{}: unknown key '{}'", where_, item.key());
  }
}

int64_t to_integer(const Json& value, const std::string& where, int64_t low, int64_t high) {
  const bool fits = value.is_number_integer() &&
                    (!value.is_number_unsigned() || value.get<uint64_t>() <= uint64_t{INT64_MAX});
  if (!fits) fail("{}: not an integer in [{}, {}]", where, low, high);
  const int64_t x = value.get<int64_t>();
  if (x < low || x > high) fail("{}: {} is not in [{}, {}]", where, x, low, high);
  return x;
}

std::string json_text(const nlohmann::ordered_json& json, int indent) {
  return json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

void write_json(const std::string& file, const nlohmann::ordered_json& json, int indent) {
  if (!file.empty()) write_file(file, json_text(json, indent) + "\n");
}

}  // namespace tercet

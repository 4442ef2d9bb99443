// SPDX-License-Identifier: Apache-2.0
// JSON read strictly, where every error is an Error that names file and field; and written.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace tercet {

using Json = nlohmann::json;

/// What the library says without the name that it gives the error.
std::string json_fault(const Json::exception& error);

/// Throws Error if `text` is not JSON, or an object has the same key twice.
Json parse_json(const std::string& text, const std::string& file);

/// The fields of one object. What is asked for must have the right type and range; what nobody asks
/// for is an error when finish() is called.
class Fields {
 public:
  /// `where` prefixes errors, "config.json: quantization_config". Throws Error if not an object.
  Fields(const Json& object, std::string where);

  const Json& need(const std::string& key);  ///< Throws Error if missing.
  const Json* find(const std::string& key);  ///< nullptr if missing.
  bool has(const std::string& key) const { return object_.contains(key); }
  int64_t integer(const std::string& key, int64_t low, int64_t high);
  double number(const std::string& key, double low, double high);
  bool boolean(const std::string& key);
  std::string text(const std::string& key);

  /// Accepts these keys with any value.
  void ignore(std::initializer_list<const char*> keys);
  /// Accepts `key` if it is absent or null.
  void expect_null(const std::string& key);
  /// Accepts `key` if it is absent or false.
  void expect_false(const std::string& key);
  /// Throws Error naming a key that was not read.
  void finish() const;

  const std::string& where() const { return where_; }

 private:
  const Json& object_;
  std::string where_;
  std::set<std::string> read_;
};

/// A JSON integer within [low, high]; `where` names it in errors.
int64_t to_integer(const Json& value, const std::string& where, int64_t low, int64_t high);

/// The one way to write results: a path or a text in them may be no UTF-8, or end inside a
/// character, and shows U+FFFD there. `indent` < 0: on one line.
std::string json_text(const nlohmann::ordered_json& json, int indent = 2);

/// That and a line's end, as write_file() does; to nowhere if `file` is empty.
void write_json(const std::string& file, const nlohmann::ordered_json& json, int indent = 2);

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// JSON of results as text.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace tercet {

/// The one way to write results: a path or a text in them may be no UTF-8, or end inside a
/// character, and shows U+FFFD there. `indent` < 0: on one line.
inline std::string json_text(const nlohmann::ordered_json& json, int indent = 2) {
  return json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace tercet

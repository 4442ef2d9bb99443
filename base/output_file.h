// SPDX-License-Identifier: Apache-2.0
// How a command writes its results.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace tercet {

/// Writes `text` to `file` (empty: nowhere), whole or not at all. Ctrl-C and SIGTERM wait until it
/// is there; then Interrupted is thrown, unless the command has been stopped before.
void write_output(const std::string& file, const std::string& text);

/// The same with json_text() and a line's end.
void write_json(const std::string& file, const nlohmann::ordered_json& json, int indent = 2);

}  // namespace tercet

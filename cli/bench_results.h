// SPDX-License-Identifier: Apache-2.0
// Results of a measurement that Ctrl-C may end early.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

namespace tercet {

/// Lets `measure` add to `json` and writes that to `file` (empty: nowhere). "complete" tells
/// whether it came to its end: what an interrupted one has so far is written before Interrupted
/// goes on.
void measure_into(const std::string& file, nlohmann::ordered_json& json,
                  const std::function<void()>& measure);

}  // namespace tercet

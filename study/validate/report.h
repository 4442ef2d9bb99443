// SPDX-License-Identifier: Apache-2.0
// A validation as JSON and as a table (docs/validate.md).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "study/validate/summary.h"

namespace tercet {

struct ValidationState {
  std::vector<std::string> grids;  ///< files, in order
  std::string control = "direct";  ///< or which firmware served the commands
  size_t points = 0;               ///< to do
  bool complete = false;           ///< all of them are done
  std::string stopped_by;          ///< why not
};

nlohmann::ordered_json validation_json(const ValidationState& state,
                                       const std::vector<PointResult>& results);

/// Summary, wall times, and the ten worst rows of each pair.
std::string validation_text(const ValidationState& state, const std::vector<PointResult>& results);

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// What `tercet sweep` prints and writes.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "study/sweep/sweep.h"

namespace tercet {

/// All points, grid, skipped configurations and fronts.
nlohmann::ordered_json sweep_json(const SweepGrid& grid, const SweepResult& result);

/// One line a point, with a header.
std::string sweep_csv(const SweepGrid& grid, const SweepResult& result);

/// The best machine for each model, and `top` machines of the Pareto front of the last model.
std::string sweep_tables(const SweepGrid& grid, const SweepResult& result, size_t top);

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Comparisons as tables, JSON and a plot.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "study/compare/compare.h"

namespace tercet {

std::string compare_text(const CompareOptions& options, const std::vector<ComparePoint>& points);
nlohmann::ordered_json compare_json(const CompareOptions& options,
                                    const std::vector<ComparePoint>& points);
/// Energy ratios over model sizes, a panel a machine, as SVG.
std::string compare_svg(const CompareOptions& options, const std::vector<ComparePoint>& points);

}  // namespace tercet

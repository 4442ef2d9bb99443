// SPDX-License-Identifier: Apache-2.0
// Errors about names that are not known: the nearest one, and all.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tercet {

/// The name in `known` that takes the fewest insertions, deletions, replacements and swaps of
/// neighbours to reach from `word`; nothing if that is more than a third of the longer one.
std::optional<std::string> nearest_name(const std::string& word,
                                        const std::vector<std::string>& known);

/// "; did you mean 'hbm2e'?", or nothing.
std::string did_you_mean(const std::string& word, const std::vector<std::string>& known);

/// "memory 'hbm' is unknown; did you mean 'hbm2e'? Known: ideal, dram, hbm2e".
std::string unknown_name(const std::string& what, const std::string& word,
                         const std::vector<std::string>& known);

}  // namespace tercet

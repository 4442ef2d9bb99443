// SPDX-License-Identifier: Apache-2.0
// What a misspelt name may have been meant to be.
#pragma once

#include <string>
#include <vector>

namespace tercet {

/// "; did you mean 'name'?" with the one of `names` that takes the fewest edits (a letter more,
/// less or other, or two neighbours swapped); empty if that is over a third of the letters of
/// `word`.
std::string did_you_mean(const std::string& word, const std::vector<std::string>& names);

}  // namespace tercet

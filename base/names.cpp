// SPDX-License-Identifier: Apache-2.0
// Edit distance with swaps (optimal string alignment).
#include "base/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace tercet {
namespace {

size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<size_t>> d(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replace = d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, replace});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

std::optional<std::string> nearest_name(const std::string& word,
                                        const std::vector<std::string>& known) {
  constexpr size_t kLongest = 64;  // no name is longer, and the table is quadratic
  if (word.size() > kLongest) return std::nullopt;
  std::optional<std::string> nearest;
  size_t least = 0;
  for (const std::string& name : known) {
    const size_t edits = distance(word, name);
    if (3 * edits > std::max(word.size(), name.size())) continue;
    if (!nearest.has_value() || edits < least) {
      nearest = name;
      least = edits;
    }
  }
  return nearest;
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& known) {
  const std::optional<std::string> nearest = nearest_name(word, known);
  return nearest.has_value() ? fmt::format("; did you mean '{}'?", *nearest) : "";
}

std::string unknown_name(const std::string& what, const std::string& word,
                         const std::vector<std::string>& known) {
  const std::string nearest = did_you_mean(word, known);
  return fmt::format("{} '{}' is unknown{}{} known: {}", what, word, nearest,
                     nearest.empty() ? ";" : "", fmt::join(known, ", "));
}

}  // namespace tercet

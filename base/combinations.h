// SPDX-License-Identifier: Apache-2.0
// A limit on work that multiplies its arguments out.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace tercet {

/// Throws Error naming `axis` if a value is in the list twice.
template <class Value>
void check_distinct(const std::string& axis, const std::vector<Value>& values) {
  std::set<Value> seen;
  for (const Value& value : values) {
    if (!seen.insert(value).second) fail("{}: {} is in the list twice", axis, value);
  }
}

/// Throws Error naming the axes with more than one value if all combinations of their values are
/// more than `most`.
inline void check_combinations(const std::vector<std::pair<std::string, size_t>>& axes,
                               size_t most) {
  double points = 1.0;  // an integer may not hold them
  std::string sizes;
  for (const auto& [name, values] : axes) {
    points *= static_cast<double>(values);
    if (values > 1) sizes += fmt::format("{}{} {}", sizes.empty() ? "" : " x ", values, name);
  }
  if (points > static_cast<double>(most)) {
    fail("{} points are more than the limit of {}: {}", points, most, sizes);
  }
}

}  // namespace tercet

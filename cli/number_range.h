// SPDX-License-Identifier: Apache-2.0
// Ranges of options that are no whole numbers.
#pragma once

#include <CLI/CLI.hpp>
#include <cmath>

namespace tercet {

/// CLI::Range that refuses NaN too: it is neither below nor above any limit.
template <class Number>
CLI::Validator number_range(Number least, Number most) {
  const CLI::Range range(least, most);
  return CLI::Validator(
      [range](std::string& text) {
        Number value{};
        if (CLI::detail::lexical_cast(text, value) && std::isnan(value)) {
          return "Value " + text + " is not a number";
        }
        return range(text);
      },
      range.get_description());
}

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Aligns rows and formats numbers.
#include "base/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace tercet {

std::string Table::text() const {
  size_t width = 0;
  for (const auto& [label, value] : rows_) width = std::max(width, label.size());
  std::string out = title_ + "\n" + std::string(title_.size(), '-') + "\n";
  for (const auto& [label, value] : rows_) out += fmt::format("{:<{}}  {}\n", label, width, value);
  return out;
}

std::string grouped(uint64_t number) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<size_t>(at), ",");
  }
  return digits;
}

std::string scaled(double value, const std::string& unit) {
  struct Prefix {
    double factor;
    const char* name;
  };
  static constexpr std::array<Prefix, 8> kPrefixes = {{{1e9, "G"},
                                                       {1e6, "M"},
                                                       {1e3, "k"},
                                                       {1.0, ""},
                                                       {1e-3, "m"},
                                                       {1e-6, "u"},
                                                       {1e-9, "n"},
                                                       {1e-12, "p"}}};
  for (const Prefix& prefix : kPrefixes) {
    if (std::fabs(value) >= prefix.factor) {
      const double v = value / prefix.factor;
      const int decimals = v >= 100.0 ? 0 : v >= 10.0 ? 1 : 2;
      return fmt::format("{:.{}f} {}{}", v, decimals, prefix.name, unit);
    }
  }
  return fmt::format("{:.2g} {}", value, unit);
}

}  // namespace tercet

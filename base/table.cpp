// SPDX-License-Identifier: Apache-2.0
// Aligns rows and formats numbers.
#include "base/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>

namespace tercet {
namespace {

/// Characters of UTF-8 text.
size_t width_of(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string line_of(const Table::Row& cells, const std::vector<size_t>& widths, bool right) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string space(widths[i] - width_of(cells[i]), ' ');
    line += (i == 0 ? "" : "  ") + (right && i != 0 ? space + cells[i] : cells[i] + space);
  }
  return line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
}

}  // namespace

std::string Table::text() const {
  std::vector<size_t> widths;
  const auto widen = [&widths](const Row& row) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  };
  widen(head_);
  for (const Row& row : rows_) widen(row);
  std::string out;
  if (!title_.empty()) out = title_ + "\n" + std::string(width_of(title_), '-') + "\n";
  if (!head_.empty()) {
    Row rules;
    for (const size_t width : widths) rules.emplace_back(width, '-');
    out += line_of(head_, widths, true) + line_of(rules, widths, true);
  }
  for (const Row& row : rows_) out += line_of(row, widths, !head_.empty());
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
                                                       {1e-6, "µ"},
                                                       {1e-9, "n"},
                                                       {1e-12, "p"}}};
  if (std::isnan(value)) return "-";
  for (const Prefix& prefix : kPrefixes) {
    if (std::fabs(value) >= prefix.factor) {
      const double v = value / prefix.factor;
      const int decimals = v >= 100.0 ? 0 : v >= 10.0 ? 1 : 2;
      return fmt::format("{:.{}f} {}{}", v, decimals, prefix.name, unit);
    }
  }
  return fmt::format("{:.2g} {}", value, unit);
}

std::string fixed(double value, int decimals, const std::string& unit) {
  return std::isnan(value) ? "-" : fmt::format("{:.{}f}{}", value, decimals, unit);
}

std::string wrapped(const std::string& text) {
  constexpr size_t kWidth = 100;
  std::istringstream words(text);
  std::string out;
  std::string line;
  for (std::string word; words >> word;) {
    if (!line.empty() && width_of(line) + 1 + width_of(word) > kWidth) {
      out += line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return out + line + "\n";
}

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Pads cells to the width of their columns.
#include "base/columns.h"

#include <fmt/format.h>

#include <algorithm>

namespace tercet {
namespace {

/// Characters of UTF-8 text.
size_t width_of(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string padded(const std::string& text, size_t width, bool left) {
  const std::string space(width - width_of(text), ' ');
  return left ? text + space : space + text;
}

}  // namespace

std::string columns_text(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string out;
  for (size_t r = 0; r < rows.size(); ++r) {
    std::string line;
    for (size_t i = 0; i < rows[r].size(); ++i) {
      line += (i == 0 ? "" : "  ") + padded(rows[r][i], widths[i], i == 0);
    }
    out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    if (r != 0) continue;
    for (size_t i = 0; i < widths.size(); ++i) {
      out += (i == 0 ? "" : "  ") + std::string(widths[i], '-');
    }
    out += "\n";
  }
  return out;
}

std::string titled_columns(const std::string& title,
                           const std::vector<std::vector<std::string>>& rows) {
  return fmt::format("{}\n{}\n{}", title, std::string(width_of(title), '-'), columns_text(rows));
}

}  // namespace tercet

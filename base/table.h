// SPDX-License-Identifier: Apache-2.0
// Text tables, and numbers for their readers.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/printable.h"

namespace tercet {

/// Rows of cells, two spaces between columns; short rows are filled up with empty cells. The first
/// column is flush left. So are the others, unless there is a head: then they are flush right.
class Table {
 public:
  using Row = std::vector<std::string>;

  // Titles and cells may hold what a user or a file named: they are made printable().
  explicit Table(const std::string& title = "", Row head = {})
      : title_(printable(title)), head_(std::move(head)) {}

  void add(Row row) {
    for (std::string& cell : row) cell = printable(cell);
    rows_.push_back(std::move(row));
  }
  void add(std::string label, std::string value) { add({std::move(label), std::move(value)}); }

  /// The title, the head with a rule under each, and the rows; what is empty is left out.
  std::string text() const;

 private:
  std::string title_;
  Row head_;
  std::vector<Row> rows_;
};

/// "1,234,567".
std::string grouped(uint64_t number);

/// Three digits and an SI prefix: "1.23 M". The unit follows the prefix. Not a number: "-".
std::string scaled(double value, const std::string& unit);

/// "1.50", and what follows it. Not a number: "-".
std::string fixed(double value, int decimals, const std::string& unit = "");

/// A share as "4.5 %". Not a number: "-".
inline std::string percent(double share, int decimals = 1) {
  return fixed(100.0 * share, decimals, " %");
}

/// A ratio as "8.01×". Not a number: "-".
inline std::string ratio_text(double ratio, int decimals = 2) {
  return fixed(ratio, decimals, "×");
}

/// `text` in lines of at most a hundred characters, the last one with its break too.
std::string wrapped(const std::string& text);

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Two-column text tables.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/printable.h"

namespace tercet {

/// Rows of a label and a value.
class Table {
 public:
  // Titles and values may hold what a user or a file named: they are made printable().
  explicit Table(const std::string& title) : title_(printable(title)) {}

  void add(std::string label, const std::string& value) {
    rows_.emplace_back(std::move(label), printable(value));
  }

  /// The title, a rule, and the rows with their values in one column.
  std::string text() const;

 private:
  std::string title_;
  std::vector<std::pair<std::string, std::string>> rows_;
};

/// "1,234,567".
std::string grouped(uint64_t number);

/// Three digits and an SI prefix: "1.23 M". The unit follows the prefix.
std::string scaled(double value, const std::string& unit);

}  // namespace tercet

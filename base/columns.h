// SPDX-License-Identifier: Apache-2.0
// Text tables of several columns.
#pragma once

#include <string>
#include <vector>

namespace tercet {

/// The first row is the head, with a rule under it. The first column is flush left, the others
/// flush right; short rows are filled up with empty cells. Two spaces between columns.
std::string columns_text(const std::vector<std::vector<std::string>>& rows);

/// A title, a rule under it, and the table.
std::string titled_columns(const std::string& title,
                           const std::vector<std::vector<std::string>>& rows);

}  // namespace tercet

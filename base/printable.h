// SPDX-License-Identifier: Apache-2.0
// Text from files, made fit for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace tercet {

/// `text` on one line: control characters (also the two-byte ones, U+0080 to U+009F) and bytes that
/// are no UTF-8 as \xNN; cut after about 1000 bytes.
std::string printable(std::string_view text);

/// The same of any length, with line feeds and tabs as they are.
std::string printable_lines(std::string_view text);

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Text from files, made fit for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace tercet {

/// `text` on one line: control characters and bytes that are no UTF-8 as \xNN; cut after about
/// 1000 bytes.
std::string printable(std::string_view text);

}  // namespace tercet

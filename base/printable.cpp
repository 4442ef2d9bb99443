// SPDX-License-Identifier: Apache-2.0
// Escapes what a terminal would not show.
#include "base/printable.h"

#include <fmt/format.h>

#include "base/utf8.h"

namespace tercet {

std::string printable(std::string_view text) {
  constexpr size_t kMaxBytes = 1000;
  std::string out;
  while (!text.empty()) {
    if (out.size() > kMaxBytes) return out + "...";
    const auto byte = static_cast<uint8_t>(text[0]);
    const size_t length = utf8_front(text).length;
    if (length == 0 || byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
      text.remove_prefix(1);
    } else {
      out += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return out;
}

}  // namespace tercet

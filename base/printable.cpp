// SPDX-License-Identifier: Apache-2.0
// Escapes what a terminal would not show.
#include "base/printable.h"

#include <fmt/format.h>

#include "base/utf8.h"

namespace tercet {
namespace {

/// At most about `most` bytes; the characters in `kept` stay as they are.
std::string escaped(std::string_view text, size_t most, std::string_view kept) {
  std::string out;
  while (!text.empty()) {
    if (out.size() > most) return out + "...";
    const auto byte = static_cast<uint8_t>(text[0]);
    const size_t length = utf8_front(text).length;
    const bool c1 = length == 2 && byte == 0xc2 && static_cast<uint8_t>(text[1]) < 0xa0;
    const bool control = byte < 0x20 || byte == 0x7f || c1;
    if (length == 0 || (control && kept.find(text[0]) == std::string_view::npos)) {
      for (size_t i = 0; i < (c1 ? 2 : 1); ++i) {
        out += fmt::format("\\x{:02x}", static_cast<uint8_t>(text[i]));
      }
      text.remove_prefix(c1 ? 2 : 1);
    } else {
      out += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return out;
}

}  // namespace

std::string printable(std::string_view text) { return escaped(text, 1000, ""); }

std::string printable_lines(std::string_view text) {
  return escaped(text, std::string_view::npos, "\n\t");
}

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// UTF-8 well-formedness (RFC 3629, section 4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tercet {

struct Utf8Char {
  size_t length = 0;     ///< bytes of the well-formed character at the front; 0: there is none
  bool partial = false;  ///< there is none, but more bytes could make one
};

/// Looks at the front of `s`, which is not empty.
inline Utf8Char utf8_front(std::string_view s) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(s[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return {1, false};
  if (lead < 0xc2 || lead > 0xf4) return {0, false};
  const size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  // The second byte also excludes overlong forms, surrogates, and values above U+10FFFF.
  const uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  for (size_t i = 1; i < length; ++i) {
    if (i == s.size()) return {0, true};
    if (i == 1 && (byte(1) < low || byte(1) > high)) return {0, false};
    if (byte(i) < 0x80 || byte(i) > 0xbf) return {0, false};
  }
  return {length, false};
}

/// Bytes of the well-formed characters that `s` begins with.
inline size_t utf8_prefix(std::string_view s) {
  size_t valid = 0;
  while (valid < s.size()) {
    const size_t length = utf8_front(s.substr(valid)).length;
    if (length == 0) break;
    valid += length;
  }
  return valid;
}

}  // namespace tercet

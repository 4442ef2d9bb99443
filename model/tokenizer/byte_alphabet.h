// SPDX-License-Identifier: Apache-2.0
// GPT-2's printable stand-in for each byte (openai/gpt-2, encoder.py, bytes_to_unicode).
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace tercet {

/// The character for each byte, as UTF-8 of one or two bytes.
inline std::array<std::string, 256> byte_alphabet() {
  std::array<std::string, 256> alphabet;
  uint32_t spare = 256;  // bytes that do not print take U+0100, U+0101, ... in order
  for (uint32_t byte = 0; byte < 256; ++byte) {
    const bool prints = (byte >= 33 && byte <= 126) || (byte >= 161 && byte != 173);
    const uint32_t c = prints ? byte : spare++;
    if (c < 0x80) {
      alphabet[byte] = {static_cast<char>(c)};
    } else {
      alphabet[byte] = {static_cast<char>(0xc0 | c >> 6), static_cast<char>(0x80 | (c & 0x3f))};
    }
  }
  return alphabet;
}

}  // namespace tercet

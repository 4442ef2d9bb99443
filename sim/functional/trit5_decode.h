// SPDX-License-Identifier: Apache-2.0
// The trit5 decoder, one code at a time, as docs/machine.md writes it.
#pragma once

#include <array>
#include <cstdint>

namespace tercet {

/// The weights (-1, 0, +1) of columns 0..4 that code T stands for; any of the 256 codes.
std::array<int8_t, 5> decode_trit5(uint8_t code);

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// The arithmetic of the array: ternary dot products on bit planes, for the vector unit at hand.
#pragma once

#include <cstdint>

namespace tercet {

/// A weight tile as the array holds it: for each column `rows` bits nz, then `rows` bits neg, bit r
/// (byte r / 8, bit r mod 8) for row r. That is the two_bit stream itself.
///
/// A token is eight bit planes of `rows` bits: plane b holds bit b of each row's int8.
/// Planes and tiles may lie at any address. `rows` is 16 or a multiple of 64, `cols` of 8.
struct TileShape {
  uint32_t rows = 0;
  uint32_t cols = 0;
};

/// sums[t][c] = (first ? 0 : sums[t][c]) + sum over r of x[t][r] * w[c][r], for t < tokens.
/// `planes`: [tokens][8][rows / 8] bytes; `sums`: [tokens][cols].
/// As the RTL's columns do it: sum over planes of 2^b * popcount((x_b & nz) ^ neg) + popcount(neg),
/// bit 7 weighing -128.
void multiply_tile(const TileShape& shape, const uint8_t* columns, const uint8_t* planes,
                   uint32_t tokens, bool first, int32_t* sums);

/// int8[rows] to its eight bit planes of `rows` bits.
void to_planes(const uint8_t* bytes, uint32_t rows, uint8_t* planes);

/// The vector target in use, "AVX3_DL" for example.
const char* kernel_target();

}  // namespace tercet

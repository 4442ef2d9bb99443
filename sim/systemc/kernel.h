// SPDX-License-Identifier: Apache-2.0
// The arithmetic of the array: ternary dot products on bit planes, for the vector unit at hand; and
// that of the baselines, one token against a tile of dense weights.
#pragma once

#include <cstdint>

#include "sim/element_format.h"

namespace tercet {

/// A weight tile as the array holds it: for each column `rows` bits nz, then `rows` bits neg, bit r
/// (byte r / 8, bit r mod 8) for row r. That is the two_bit stream itself.
///
/// All may lie at any address. `rows` is 16 or a multiple of 64, `cols` of 8.
struct TileShape {
  uint32_t rows = 0;
  uint32_t cols = 0;
};

/// Tokens twice over: which form is the faster one depends on their number and the vector unit.
struct TileTokens {
  const uint8_t* planes = nullptr;  ///< [tokens][8][rows / 8]: plane b holds bit b of the int8s
  const uint8_t* biased = nullptr;  ///< [tokens][rows]: value + 128
};

/// sums[t][c] = (first ? 0 : sums[t][c]) + sum over r of x[t][r] * w[c][r], for t < tokens.
/// `sums`: [tokens][cols].
/// Few tokens: as the RTL's columns do it, the sum over planes of
/// 2^b * popcount((x_b & nz) ^ neg) + popcount(neg), bit 7 weighing -128. Many, where vectors have
/// a dot product of bytes: by that, with the weights unpacked to bytes.
void multiply_tile(const TileShape& shape, const uint8_t* columns, const TileTokens& tokens,
                   uint32_t count, bool first, int32_t* sums);

/// int8[bytes] + 128.
void to_biased(const uint8_t* values, uint32_t bytes, uint8_t* biased);

/// int8[rows] to its eight bit planes of `rows` bits.
void to_planes(const uint8_t* bytes, uint32_t rows, uint8_t* planes);

/// sums[c] = (first ? 0 : sums[c]) + sum over r of acts[r] * columns[c][r].
/// INT8: both int8, sums int32. FP16: both binary16, little endian, `sums` binary32 patterns to the
/// bit as rtl/baseline computes them: exact products, a tree of neighbours, each sum rounded.
/// `rows` is a power of two.
void multiply_dense(const ElementFormat& format, const TileShape& shape, const uint8_t* columns,
                    const uint8_t* acts, bool first, int32_t* sums);

/// The vector target in use, "AVX3_DL" for example.
const char* kernel_target();

}  // namespace tercet

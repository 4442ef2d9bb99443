// SPDX-License-Identifier: Apache-2.0
// Reading and writing ternary codes where they lie, for each layout.
#pragma once

#include <cstdint>

#include "model/ternary.h"

namespace tercet {

inline constexpr int64_t kTqBlock = 256;       ///< weights of a TQ1_0 or TQ2_0 block
inline constexpr int64_t kTq2BlockBytes = 66;  /// 64 of codes, 2 of scale
inline constexpr int64_t kTq1BlockBytes = 54;  /// 48 and 4 of digits, 2 of scale

/// Row `row` of a matrix [n][k] as codes 0 to 3 (weight + 1; 3 is none).
void read_codes(TernaryLayout layout, const uint8_t* packed, int64_t n, int64_t k, int64_t row,
                uint8_t* codes);

/// Puts codes 0 to 2 into row `row` of a row-major layout, whose bytes are zero before.
void write_codes(TernaryLayout layout, const uint8_t* codes, int64_t k, int64_t row,
                 uint8_t* packed);

/// Weights that are 0 among n * k, or -1 if some code is 3.
int64_t count_zeros(TernaryLayout layout, const uint8_t* packed, int64_t n, int64_t k);

}  // namespace tercet

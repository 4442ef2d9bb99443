// SPDX-License-Identifier: Apache-2.0
// The arithmetic of the baselines' arrays: one token against a tile of dense weights.
#pragma once

#include <cstdint>

#include "sim/element_format.h"
#include "sim/systemc/kernel.h"

namespace tercet {

/// sums[c] = (first ? 0 : sums[c]) + sum over r of acts[r] * columns[c][r].
/// INT8: both int8, sums int32. FP16: both binary16, little endian, `sums` binary32 patterns to the
/// bit as rtl/baseline computes them: exact products, a tree of neighbours, each sum rounded.
/// `rows` is a power of two.
void multiply_dense(const ElementFormat& format, const TileShape& shape, const uint8_t* columns,
                    const uint8_t* acts, bool first, int32_t* sums);

}  // namespace tercet

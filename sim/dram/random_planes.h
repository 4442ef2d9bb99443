// SPDX-License-Identifier: Apache-2.0
// Random ternary bit planes, 64 weights a word.
#pragma once

#include <cstdint>

namespace tercet {

/// Words [first, first + count) of an endless random sequence that `seed` chooses: bit planes nz
/// and neg of 64 weights each. A weight is 0 with probability zeros_in_64 / 64 (0 to 63), else +1
/// or -1 with equal probability.
void random_planes(uint64_t seed, uint64_t first, uint64_t count, uint32_t zeros_in_64,
                   uint64_t* nz, uint64_t* neg);

}  // namespace tercet

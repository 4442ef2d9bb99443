// SPDX-License-Identifier: Apache-2.0
// Ones in weight tiles and differences of bit planes, counted with the processor's popcount.
#pragma once

#include <cstdint>

namespace tercet {

/// Weights that are not 0, and of these the negative ones.
struct TritCounts {
  uint64_t used = 0;
  uint64_t negative = 0;
};

/// Of `columns` columns, each `plane_bytes` (2, or a multiple of 8) of bits nz, then as many neg.
TritCounts count_trits(const uint8_t* data, uint32_t columns, uint32_t plane_bytes);

/// Bits that differ. `bytes` is a multiple of 8.
uint64_t count_differences(const uint8_t* a, const uint8_t* b, uint32_t bytes);

}  // namespace tercet

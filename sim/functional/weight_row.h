// SPDX-License-Identifier: Apache-2.0
// One output's weights, read back from a packed stream by plain loops.
#pragma once

#include <cstdint>
#include <functional>

#include "host_driver/layout.h"

namespace tercet {

/// Copies `bytes` bytes at `offset` of a stream to `data`.
using StreamReader = std::function<void(uint64_t offset, uint8_t* data, uint64_t bytes)>;

/// Row `row` of a packed [n][k] matrix to trits[k], each -1, 0 or +1 ({nz 0, neg 1} counts as 0).
void read_weight_row(const tercet_config& machine, Packing packing, int64_t k, int64_t row,
                     const StreamReader& stream, int8_t* trits);

}  // namespace tercet

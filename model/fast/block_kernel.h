// SPDX-License-Identifier: Apache-2.0
// Ternary matrix products of many tokens: blocks of weights are arranged once and used for all.
#pragma once

#include <cstdint>
#include <vector>

#include "model/fast/row_kernel.h"
#include "model/ternary.h"

namespace tercet::fast {

/// What one thread needs for a block, to be used again.
struct BlockScratch {
  std::vector<uint8_t> packed, codes, block;
};

/// Blocks of w, whatever its layout: 4 outputs for each int32 of a vector.
int64_t block_count(const TernaryMatrix& w);

/// acc[t][n] for the outputs n of one block. Not on the scalar target, whose few_tokens() is never
/// exceeded.
void multiply_block(const TernaryMatrix& w, int64_t block, const TokenRows& tokens, int32_t* acc,
                    BlockScratch* scratch);

}  // namespace tercet::fast

// SPDX-License-Identifier: Apache-2.0
// Ternary matrix products on packed weights as they lie, for the vector unit at hand.
#pragma once

#include <cstdint>
#include <vector>

#include "tercet/model/ternary.h"

namespace tercet::fast {

/// Tokens of one product. Rows are `stride` apart, and so far zero beyond `k` that a vector may be
/// read at every multiple of its size below k.
struct TokenRows {
  const int8_t* q = nullptr;      ///< [m][stride]
  int64_t stride = 0;             ///< a multiple of kTokenAlign
  const int32_t* sums = nullptr;  ///< [m]: of each token's q
  int64_t m = 0;
};

/// Bytes of the widest vector.
inline constexpr int64_t kTokenAlign = 64;
/// Up to so many tokens one pass over the packed rows is the fastest way.
inline constexpr int64_t kFewTokens = 4;

/// sum of q[0..k).
int32_t sum_token(const int8_t* q, int64_t k);

/// acc[t][n] for the weight rows n that packed rows [begin, end) hold, m <= kFewTokens. A packed
/// row's four weights a byte are masked where they are, so that code c in field i counts as
/// c * 4^i; the sums are shifted back, and the tokens' sums taken off, as code = weight + 1.
void multiply_packed_rows(const TernaryMatrix& w, int64_t begin, int64_t end,
                          const TokenRows& tokens, int32_t* acc);

/// Packed rows that multiply_block() handles together.
int64_t block_rows();

/// The same for packed rows [begin, begin + block_rows()), or as many of them as there are, and any
/// m: the block is transposed once, and then each vector holds block_rows() outputs. `scratch` is
/// the caller's, to be used again.
void multiply_block(const TernaryMatrix& w, int64_t begin, const TokenRows& tokens, int32_t* acc,
                    std::vector<uint8_t>* scratch);

}  // namespace tercet::fast

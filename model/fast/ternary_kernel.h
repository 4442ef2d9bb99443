// SPDX-License-Identifier: Apache-2.0
// Ternary matrix products of few tokens on strided packed weights as they lie.
#pragma once

#include <cstdint>

#include "model/ternary.h"

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
/// Up to so many tokens one pass over the rows is the fastest way; above, block_kernel.h.
int64_t few_tokens();

/// sum of q[0..k).
int32_t sum_token(const int8_t* q, int64_t k);

/// acc[t][n] for the weight rows n that packed rows [begin, end) hold, m <= few_tokens(). A packed
/// row's four weights a byte are masked where they are, so that code c in field i counts as
/// c * 4^i; the sums are shifted back, and the tokens' sums taken off, as code = weight + 1.
void multiply_packed_rows(const TernaryMatrix& w, int64_t begin, int64_t end,
                          const TokenRows& tokens, int32_t* acc);

}  // namespace tercet::fast

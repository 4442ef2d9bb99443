// SPDX-License-Identifier: Apache-2.0
// Ternary matrix products of few tokens on packed weights as they lie: strided ones, and those of
// the row-major layouts (I2_S, TQ2_0, TQ1_0).
#pragma once

#include <cstdint>
#include <vector>

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

/// Bytes of a token in the order in which multiply_rows() meets the weights of `w`.
int64_t ordered_bytes(const TernaryMatrix& w);

/// q[k] in that order to `to`[ordered_bytes()], which is zero before; what is no
/// column stays so.
void order_token(const TernaryMatrix& w, const int8_t* q, int8_t* to);

/// acc[t][n] for rows n in [begin, end) and at most few_tokens() tokens in that order. `scratch` is
/// the caller's, to be used again.
void multiply_rows(const TernaryMatrix& w, int64_t begin, int64_t end, const TokenRows& tokens,
                   int32_t* acc, std::vector<uint8_t>* scratch);

}  // namespace tercet::fast

// SPDX-License-Identifier: Apache-2.0
// Ternary matrix products of few tokens on the row-major layouts (I2_S, TQ2_0, TQ1_0) as they lie.
#pragma once

#include <cstdint>
#include <vector>

#include "model/fast/ternary_kernel.h"
#include "model/ternary.h"

namespace tercet::fast {

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

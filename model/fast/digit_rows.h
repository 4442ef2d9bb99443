// SPDX-License-Identifier: Apache-2.0
// Quantising the rows of a matrix to digits, such as the head's.
#pragma once

#include "model/digits.h"
#include "model/fast/thread_pool.h"
#include "model/transformer.h"

namespace tercet::fast {

/// quantize_rows() of the reference, on vectors and threads.
DigitMatrix quantize_rows(const FloatMatrix& rows, int digits, ThreadPool& pool);

/// with_digit_head() of the reference, on vectors and threads.
SessionOptions with_digit_head(const Model& model, ThreadPool& pool, SessionOptions options);

}  // namespace tercet::fast

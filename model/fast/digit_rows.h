// SPDX-License-Identifier: Apache-2.0
// Quantising the rows of a matrix to digits.
#pragma once

#include "model/digits.h"
#include "model/fast/thread_pool.h"
#include "model/float_matrix.h"

namespace tercet::fast {

/// quantize_rows() of the reference, on vectors and threads.
DigitMatrix quantize_rows(const FloatMatrix& rows, int digits, ThreadPool& pool);

}  // namespace tercet::fast

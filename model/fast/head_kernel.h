// SPDX-License-Identifier: Apache-2.0
// Logits: dot products of hidden states with stored rows of floats, as they lie.
#pragma once

#include <cstdint>
#include <vector>

#include "model/float_matrix.h"

namespace tercet::fast {

/// Hidden states in the order in which head_rows() meets a row's elements: blocks of 128, the last
/// one filled with zeros; for BF16 a block's even elements before its odd ones.
class HeadInput {
 public:
  /// x[m][k], for a head of this type. x must outlive the use.
  void assign(const float* x, int64_t m, int64_t k, DType dtype);

  int64_t m() const { return m_; }
  const float* row(int64_t t) const { return values_.data() + t * stride_; }
  const float* plain(int64_t t) const { return plain_ + t * k_; }  ///< as it was given

 private:
  int64_t m_ = 0;
  int64_t k_ = 0;
  const float* plain_ = nullptr;
  int64_t stride_ = 0;
  std::vector<float> values_;  // [m][stride]
};

/// logits[t * head.n() + v] = dot(x[t], head[v], k) of the reference, for v in [begin, end).
void head_rows(const FloatMatrix& head, int64_t begin, int64_t end, const HeadInput& x,
               float* logits);

}  // namespace tercet::fast

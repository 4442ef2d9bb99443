// SPDX-License-Identifier: Apache-2.0
// The reference integer GEMM.
#include "model/engine.h"

namespace tercet {
namespace {

/// sum over k of a[k] * b[k]. In int16, which compilers turn into multiply-add of pairs.
int32_t dot(const int16_t* a, const int16_t* b, int64_t k) {
  int32_t sum = 0;
  for (int64_t i = 0; i < k; ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

void ReferenceEngine::matmul(const TernaryMatrix& w, const int8_t* q, int64_t m, int32_t* acc) {
  const int64_t n = w.n();
  const int64_t k = w.k();
  row_.resize(static_cast<size_t>(k));
  weights_.resize(static_cast<size_t>(k));
  inputs_.assign(q, q + m * k);
  for (int64_t row = 0; row < n; ++row) {
    w.unpack_row(row, row_.data());
    for (int64_t i = 0; i < k; ++i) weights_[i] = row_[i];
    for (int64_t token = 0; token < m; ++token) {
      acc[token * n + row] = dot(inputs_.data() + token * k, weights_.data(), k);
    }
  }
}

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// What executes the integer part of a BitLinear: the reference here, devices elsewhere.
#pragma once

#include <cstdint>
#include <vector>

#include "model/ternary.h"

namespace tercet {

/// One product of a batch: the arguments of MatmulEngine::matmul.
struct MatmulTask {
  const TernaryMatrix* w;
  const int8_t* q;
  int64_t m;
  int32_t* acc;
};

/// What executes a BitLinear's integer part. Reference, RTL and SystemC devices all implement it.
class MatmulEngine {
 public:
  virtual ~MatmulEngine() = default;

  /// acc[m][n] = sum_k q[m][k] * w[n][k], exact in int32 (k <= kMaxInputs).
  /// q is [m][k] row-major, acc is [m][n] row-major; m >= 1.
  virtual void matmul(const TernaryMatrix& w, const int8_t* q, int64_t m, int32_t* acc) = 0;

  /// Products that do not depend on each other: the same results as one after the other.
  virtual void matmul_batch(const std::vector<MatmulTask>& tasks) {
    for (const MatmulTask& task : tasks) matmul(*task.w, task.q, task.m, task.acc);
  }
};

/// Plain loops: one weight row at a time against every token.
class ReferenceEngine : public MatmulEngine {
 public:
  void matmul(const TernaryMatrix& w, const int8_t* q, int64_t m, int32_t* acc) override;

 private:
  std::vector<int8_t> row_;       // [k]
  std::vector<int16_t> weights_;  // [k]
  std::vector<int16_t> inputs_;   // [m][k]
};

}  // namespace tercet

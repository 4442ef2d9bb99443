// SPDX-License-Identifier: Apache-2.0
// The integer matrix products of the reference, on vectors and threads.
#pragma once

#include <cstdint>
#include <vector>

#include "tercet/fast/thread_pool.h"
#include "tercet/model/engine.h"

namespace tercet {

/// Equals ReferenceEngine bit for bit, on every vector target and for any number of threads.
/// Weights are read as they lie in TernaryMatrix: nothing is unpacked beforehand or kept.
class FastEngine : public MatmulEngine {
 public:
  /// `pool` is borrowed.
  explicit FastEngine(ThreadPool& pool)
      : pool_(pool), scratch_(static_cast<size_t>(pool.threads())) {}

  void matmul(const TernaryMatrix& w, const int8_t* q, int64_t m, int32_t* acc) override;

 private:
  ThreadPool& pool_;
  std::vector<int8_t> padded_;                 // [m][k rounded up], if k is no whole vector
  std::vector<int32_t> sums_;                  // [m]
  std::vector<std::vector<uint8_t>> scratch_;  // a transposed block a thread
};

}  // namespace tercet

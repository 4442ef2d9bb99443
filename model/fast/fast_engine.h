// SPDX-License-Identifier: Apache-2.0
// The integer matrix products of the reference, on vectors and threads.
#pragma once

#include <cstdint>
#include <vector>

#include "model/engine.h"
#include "model/fast/thread_pool.h"

namespace tercet {

/// Equals ReferenceEngine bit for bit, on every vector target and for any number of threads.
/// Weights are read as they lie in TernaryMatrix, whatever their layout: nothing is unpacked
/// beforehand or kept.
class FastEngine : public MatmulEngine {
 public:
  /// `pool` is borrowed.
  explicit FastEngine(ThreadPool& pool);
  ~FastEngine() override;
  FastEngine(const FastEngine&) = delete;
  FastEngine& operator=(const FastEngine&) = delete;

  void matmul(const TernaryMatrix& w, const int8_t* q, int64_t m, int32_t* acc) override;

 private:
  struct Scratch;  // a thread's

  int8_t* make_copies(int64_t m, int64_t stride);

  ThreadPool& pool_;
  std::vector<int8_t> copies_;  // tokens in another order, aligned, or with zeros after them
  std::vector<int32_t> sums_;   // [m]
  std::vector<Scratch> scratch_;
};

}  // namespace tercet

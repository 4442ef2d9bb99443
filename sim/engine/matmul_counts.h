// SPDX-License-Identifier: Apache-2.0
// What was executed: the counts that energy figures are made of.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "model/engine.h"

namespace tercet {

struct MatmulCounts {
  uint64_t matmuls = 0;
  uint64_t outputs = 0;        ///< int32 results
  uint64_t products = 0;       ///< weights x tokens
  uint64_t zero_products = 0;  ///< of these, with a weight that is 0: no addition

  /// One product of `m` tokens with `w`.
  void add(const TernaryMatrix& w, int64_t m) {
    ++matmuls;
    outputs += static_cast<uint64_t>(m * w.n());
    products += static_cast<uint64_t>(m * w.n() * w.k());
    zero_products += static_cast<uint64_t>(m * w.zeros());
  }
};

/// Any engine, counting.
class CountedEngine : public MatmulEngine {
 public:
  /// `before` is called before each product; what it throws ends it.
  CountedEngine(MatmulEngine& engine, std::function<void()> before)
      : engine_(engine), before_(std::move(before)) {}

  void matmul(const TernaryMatrix& w, const int8_t* q, int64_t m, int32_t* acc) override {
    before_();
    engine_.matmul(w, q, m, acc);
    counts_.add(w, m);
  }

  const MatmulCounts& counts() const { return counts_; }

 private:
  MatmulEngine& engine_;
  std::function<void()> before_;
  MatmulCounts counts_;
};

}  // namespace tercet

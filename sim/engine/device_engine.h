// SPDX-License-Identifier: Apache-2.0
// Runs the model's integer matrix products on an accelerator, and counts them.
#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>

#include "host_driver/accelerator.h"
#include "model/engine.h"
#include "model/transformer.h"

namespace tercet {

/// `w` as the driver sees a matrix. It reads from `w`, which must outlive it.
inline WeightMatrix weights_of(const TernaryMatrix& w) {
  return {w.name(), w.n(), w.k(), [&w](int64_t row, int8_t* trits) { w.unpack_row(row, trits); }};
}

/// What was executed: the counts that energy figures are made of.
struct MatmulCounts {
  uint64_t matmuls = 0;
  uint64_t outputs = 0;        ///< int32 results
  uint64_t products = 0;       ///< weights x tokens
  uint64_t zero_products = 0;  ///< of these, with a weight that is 0: no addition

  /// One product of `m` tokens with `w`.
  void add(const TernaryMatrix& w, int64_t m);
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

/// Uploads each matrix when it is first used, or all of a model's beforehand. Matrices are known by
/// their address and must outlive the engine.
class DeviceEngine : public MatmulEngine {
 public:
  /// `together`: the products of a batch are queued on the machine, where they overlap.
  DeviceEngine(Accelerator& accelerator, Packing packing, bool together = true)
      : accelerator_(accelerator), packing_(packing), together_(together) {}

  /// Uploads every projection of `model`.
  void preload(const Model& model);

  void matmul(const TernaryMatrix& w, const int8_t* q, int64_t m, int32_t* acc) override;
  /// All products are queued on the machine before the first is waited for, if `together`.
  void matmul_batch(const std::vector<MatmulTask>& tasks) override;

  const MatmulCounts& counts() const { return counts_; }

 private:
  Accelerator::WeightId id(const TernaryMatrix& w);

  Accelerator& accelerator_;
  Packing packing_;
  bool together_;
  std::unordered_map<const TernaryMatrix*, Accelerator::WeightId> ids_;
  MatmulCounts counts_;
};

}  // namespace tercet

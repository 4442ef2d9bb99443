// SPDX-License-Identifier: Apache-2.0
// Runs the model's integer matrix products on an accelerator.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "host_driver/accelerator.h"
#include "model/engine.h"
#include "model/transformer.h"
#include "sim/engine/matmul_counts.h"

namespace tercet {

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

// SPDX-License-Identifier: Apache-2.0
// Finds or uploads the matrix, multiplies, counts.
#include "tercet/device_engine.h"

namespace tercet {

void DeviceEngine::preload(const Model& model) {
  for (const Layer& layer : model.layers) {
    for (const TernaryMatrix* w : layer.projections()) id(*w);
  }
}

Accelerator::WeightId DeviceEngine::id(const TernaryMatrix& w) {
  const auto known = ids_.find(&w);
  if (known != ids_.end()) return known->second;
  const Accelerator::WeightId id = accelerator_.upload(w, packing_);
  ids_[&w] = id;
  return id;
}

void DeviceEngine::matmul(const TernaryMatrix& w, const int8_t* q, int64_t m, int32_t* acc) {
  accelerator_.gemm(id(w), q, m, acc);
  counts_.add(w, m);
}

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Finds or uploads the matrix, multiplies, counts.
#include "sim/engine/device_engine.h"

namespace tercet {

void MatmulCounts::add(const TernaryMatrix& w, int64_t m) {
  ++matmuls;
  outputs += static_cast<uint64_t>(m * w.n());
  products += static_cast<uint64_t>(m * w.n() * w.k());
  zero_products += static_cast<uint64_t>(m * w.zeros());
}

void DeviceEngine::preload(const Model& model) {
  for (const Layer& layer : model.layers) {
    for (const TernaryMatrix* w : layer.projections()) id(*w);
  }
}

Accelerator::WeightId DeviceEngine::id(const TernaryMatrix& w) {
  const auto known = ids_.find(&w);
  if (known != ids_.end()) return known->second;
  const Accelerator::WeightId id = accelerator_.upload(weights_of(w), packing_);
  ids_[&w] = id;
  return id;
}

void DeviceEngine::matmul(const TernaryMatrix& w, const int8_t* q, int64_t m, int32_t* acc) {
  matmul_batch({{&w, q, m, acc}});
}

void DeviceEngine::matmul_batch(const std::vector<MatmulTask>& tasks) {
  std::vector<Accelerator::Product> products;
  for (const MatmulTask& task : tasks) {
    products.push_back({id(*task.w), task.q, task.m, task.acc});
    if (together_) continue;
    accelerator_.gemm_batch(products);
    products.clear();
  }
  if (together_) accelerator_.gemm_batch(products);
  for (const MatmulTask& task : tasks) counts_.add(*task.w, task.m);
}

}  // namespace tercet

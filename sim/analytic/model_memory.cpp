// SPDX-License-Identifier: Apache-2.0
// Sizes from a model's shape.
#include "sim/analytic/model_memory.h"

#include <algorithm>
#include <cmath>

#include "sim/analytic/workload.h"

namespace tercet {

ModelMemory model_memory(const ModelConfig& config, double weight_bits) {
  constexpr double kHalf = 2.0;  // bytes of an FP16 number
  double weights = 0.0;
  for (const Projection& p : layer_projections(config)) {
    weights += static_cast<double>(p.n) * static_cast<double>(p.k);
  }
  ModelMemory memory;
  memory.linear = weights * static_cast<double>(config.layers) * weight_bits / 8.0;
  memory.head = static_cast<double>(config.vocab) * static_cast<double>(config.hidden) * kHalf;
  memory.embedding = memory.head * (config.tied_head ? 1.0 : 2.0);
  memory.kv_per_position =
      2.0 * static_cast<double>(config.layers) * static_cast<double>(config.kv_size()) * kHalf;
  return memory;
}

int64_t largest_batch(const ModelMemory& memory, double capacity, int64_t positions) {
  const double left = capacity - memory.weights();
  const double sequence = memory.kv_per_position * static_cast<double>(positions);
  return std::max<int64_t>(0, static_cast<int64_t>(std::floor(left / sequence)));
}

double read_seconds(const AnalyticModel& model, double bytes) {
  const MemoryRates& memory = model.memory();
  const double cycles = bytes / model.machine().axi_bytes * memory.read_beat / memory.available();
  return cycles / (model.machine().clock_mhz * 1e6);
}

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Sizes from a model's shape.
#include "study/analytic/model_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host_driver/layout.h"
#include "study/analytic/workload.h"

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

double stored_weight_bits(const ElementFormat& format, Packing packing) {
  constexpr double kBeatBits = 8.0;  // of a row
  if (format.weight_bits != 0) return static_cast<double>(format.weight_bits);
  return kBeatBits / static_cast<double>(columns_per_beat(packing));
}

int64_t devices_for(const ModelMemory& memory, const DramConfig& dram) {
  if (dram.fixed_latency != 0) return 1;
  const auto capacity = static_cast<double>(dram_capacity(dram.org));
  return std::max<int64_t>(1, static_cast<int64_t>(std::ceil(memory.weights() / capacity)));
}

std::string capacity_text(const std::string& name, const ModelMemory& memory,
                          const DramConfig& dram) {
  constexpr double kGiga = 1e9;
  const int64_t devices = devices_for(memory, dram);
  if (devices == 1) return "";
  return fmt::format(
      "{} of {:.1f} GB does not fit the {:.1f} GB of {}: its capacity takes {} devices.", name,
      memory.weights() / kGiga, static_cast<double>(dram_capacity(dram.org)) / kGiga, dram.name,
      devices);
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

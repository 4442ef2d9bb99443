// SPDX-License-Identifier: Apache-2.0
// Layers to commands, commands to totals; sizes from a model's shape.
#include "study/analytic/workload.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "host_driver/accelerator.h"

namespace tercet {
namespace {

std::vector<ProductSize> layer_products(const ModelConfig& c, int64_t tokens) {
  return {{tokens, c.hidden, c.hidden},         // q
          {tokens, c.kv_size(), c.hidden},      // k
          {tokens, c.kv_size(), c.hidden},      // v
          {tokens, c.hidden, c.hidden},         // o
          {tokens, c.intermediate, c.hidden},   // gate
          {tokens, c.intermediate, c.hidden},   // up
          {tokens, c.hidden, c.intermediate}};  // down
}

}  // namespace

bool ProductSize::operator<(const ProductSize& other) const {
  return std::tie(m, n, k) < std::tie(other.m, other.n, other.k);
}

std::vector<Gemm> product_commands(const AnalyticModel& model, Packing packing,
                                   const std::vector<ProductSize>& products) {
  const ElementFormat& format = model.format();
  const tercet_config machine = command_machine(model.machine(), format);
  const int64_t longest = machine.k_max / machine.rows * machine.rows;
  constexpr auto kPage = static_cast<int64_t>(kPageBytes);
  int64_t address = kPage;
  const auto take = [&address](int64_t bytes) {
    const int64_t at = address;
    address += divide_up(bytes, kPage) * kPage;
    return static_cast<uint64_t>(at);
  };
  std::vector<Gemm> commands;
  for (const auto& [m, n, all_k] : products) {
    for (int64_t k0 = 0; k0 < all_k; k0 += longest) {
      const int64_t k = std::min(longest, all_k - k0);
      Gemm gemm{m, n, k, Accelerator::choose_m_tile(machine, m, k), packing};
      gemm.weights = take(weight_beats(machine, format, packing, n, k) * machine.axi_bytes);
      gemm.activations =
          take(activation_beats(machine, m, k) * format.activation_bytes * machine.axi_bytes);
      gemm.outputs = take(output_bytes(machine, m, n));
      commands.push_back(gemm);
    }
  }
  return commands;
}

std::vector<Gemm> layer_commands(const AnalyticModel& model, const ModelConfig& config,
                                 Packing packing, int64_t tokens) {
  return product_commands(model, packing, layer_products(config, tokens));
}

StepEstimate estimate_step(const AnalyticModel& model, const ModelConfig& config, Packing packing,
                           int64_t tokens) {
  const tercet_config& machine = model.machine();
  const std::vector<Gemm> layer = layer_commands(model, config, packing, tokens);
  const auto layers = static_cast<uint64_t>(config.layers);
  const uint64_t beat_bytes = layers * machine.axi_bytes;
  StepEstimate step;
  std::map<std::string, double> bounds;
  for (const Gemm& command : layer) {
    const AnalyticGemm gemm = model.gemm(command);
    step.products += layers * static_cast<uint64_t>(command.m * command.n * command.k);
    step.weight_bytes += gemm.weight_beats * beat_bytes;
    step.activation_bytes += gemm.activation_beats * beat_bytes;
    step.output_bytes += gemm.output_beats * beat_bytes;
    bounds[gemm.bound_by] += gemm.cycles;
  }
  step.cycles = model.sequence(layer, config.layers);
  step.seconds = step.cycles / (machine.clock_mhz * 1e6);
  const uint64_t bytes = step.weight_bytes + step.activation_bytes + step.output_bytes;
  step.bytes_per_s = static_cast<double>(bytes) / step.seconds;
  step.array_utilisation = static_cast<double>(step.products) /
                           (static_cast<double>(machine.rows) * machine.cols * step.cycles);
  for (const char* bound : {"compute", "read bus", "outputs", "dram", "latency"}) {
    if (bounds.count(bound) == 0) continue;
    if (*step.bound_by == '\0' || bounds[bound] > bounds[step.bound_by]) step.bound_by = bound;
  }
  return step;
}

ModelMemory model_memory(const ModelConfig& config, const ElementFormat& format, Packing packing) {
  constexpr double kHalf = 2.0;      // bytes of an FP16 number
  constexpr double kBeatBits = 8.0;  // of a row
  const double weight_bits = format.weight_bits != 0
                                 ? static_cast<double>(format.weight_bits)
                                 : kBeatBits / static_cast<double>(columns_per_beat(packing));
  double weights = 0.0;
  for (const ProductSize& p : layer_products(config, 1)) {
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

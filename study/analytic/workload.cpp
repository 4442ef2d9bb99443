// SPDX-License-Identifier: Apache-2.0
// Layers to commands, commands to totals.
#include "study/analytic/workload.h"

#include <algorithm>
#include <map>
#include <string>

#include "host_driver/accelerator.h"

namespace tercet {
namespace {

constexpr uint64_t kPage = 4096;

uint64_t page_up(uint64_t address) { return (address + kPage - 1) / kPage * kPage; }

/// Counts of one layer's commands, and which bound holds for how many cycles.
void add_layer(const AnalyticModel& model, const std::vector<Gemm>& layer, StepEstimate* step,
               std::map<std::string, double>* bounds) {
  const uint64_t beat = model.machine().axi_bytes;
  for (const Gemm& command : layer) {
    const AnalyticGemm gemm = model.gemm(command);
    step->products += static_cast<uint64_t>(command.m * command.n * command.k);
    step->weight_bytes += gemm.weight_beats * beat;
    step->activation_bytes += gemm.activation_beats * beat;
    step->output_bytes += gemm.output_beats * beat;
    (*bounds)[gemm.bound_by] += gemm.cycles;
  }
}

}  // namespace

std::array<Projection, 7> layer_projections(const ModelConfig& c) {
  return {{{"q_proj", c.hidden, c.hidden},
           {"k_proj", c.kv_size(), c.hidden},
           {"v_proj", c.kv_size(), c.hidden},
           {"o_proj", c.hidden, c.hidden},
           {"gate_proj", c.intermediate, c.hidden},
           {"up_proj", c.intermediate, c.hidden},
           {"down_proj", c.hidden, c.intermediate}}};
}

std::vector<Gemm> matrix_commands(const tercet_config& machine, Packing packing, int64_t m,
                                  int64_t n, int64_t k) {
  std::vector<Gemm> commands;
  const int64_t rows = machine.rows;
  const int64_t longest = machine.k_max / rows * rows;
  uint64_t address = kPage;
  for (int64_t k0 = 0; k0 < k; k0 += longest) {
    Gemm gemm;
    gemm.m = m;
    gemm.n = n;
    gemm.k = std::min(longest, k - k0);
    gemm.m_tile = Accelerator::choose_m_tile(machine, m, gemm.k);
    gemm.packing = packing;
    gemm.weights = address;
    address = page_up(address + static_cast<uint64_t>(weight_beats(machine, packing, n, gemm.k)) *
                                    machine.axi_bytes);
    gemm.activations = address;
    address = page_up(address + static_cast<uint64_t>(activation_beats(machine, m, gemm.k)) *
                                    machine.axi_bytes);
    gemm.outputs = address;
    address = page_up(address + static_cast<uint64_t>(output_bytes(machine, m, n)));
    commands.push_back(gemm);
  }
  return commands;
}

std::vector<Gemm> layer_commands(const AnalyticModel& model, const ModelConfig& config,
                                 Packing packing, int64_t tokens) {
  const tercet_config machine = command_machine(model.machine(), model.format());
  std::vector<Gemm> layer;
  for (const Projection& p : layer_projections(config)) {
    for (const Gemm& gemm : matrix_commands(machine, packing, tokens, p.n, p.k)) {
      layer.push_back(gemm);
    }
  }
  return layer;
}

StepEstimate estimate_step(const AnalyticModel& model, const ModelConfig& config, Packing packing,
                           int64_t tokens) {
  const tercet_config& machine = model.machine();
  const std::vector<Gemm> layer = layer_commands(model, config, packing, tokens);
  StepEstimate step;
  std::map<std::string, double> bounds;
  add_layer(model, layer, &step, &bounds);
  const auto layers = static_cast<uint64_t>(config.layers);
  step.cycles = model.sequence(layer, config.layers);
  step.commands = layers * layer.size();
  step.products *= layers;
  step.weight_bytes *= layers;
  step.activation_bytes *= layers;
  step.output_bytes *= layers;
  step.seconds = step.cycles / (machine.clock_mhz * 1e6);
  const uint64_t bytes = step.weight_bytes + step.activation_bytes + step.output_bytes;
  step.bytes_per_s = static_cast<double>(bytes) / step.seconds;
  step.array_utilisation = static_cast<double>(step.products) /
                           (static_cast<double>(machine.rows) * machine.cols * step.cycles);
  for (const char* bound : {"compute", "read bus", "outputs", "dram", "latency"}) {
    const auto found = bounds.find(bound);
    if (found == bounds.end()) continue;
    if (*step.bound_by == '\0' || found->second > bounds[step.bound_by]) step.bound_by = bound;
  }
  return step;
}

}  // namespace tercet

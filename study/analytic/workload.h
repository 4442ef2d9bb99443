// SPDX-License-Identifier: Apache-2.0
// What a model takes on a machine: its matrix products as commands, and their time together.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "model/config.h"
#include "study/analytic/analytic_model.h"

namespace tercet {

/// One projection of a layer: [n outputs][k inputs].
struct Projection {
  const char* name;
  int64_t n;
  int64_t k;
};

/// The ternary matrices of one layer in the order in which a token meets them. Embedding and head
/// are not ternary and stay on the host.
std::array<Projection, 7> layer_projections(const ModelConfig& config);

/// The commands with which the driver multiplies m tokens by an [n][k] matrix: K is cut where the
/// machine's limit demands it, tokens are spread evenly over the passes (Accelerator::gemm).
/// Addresses are pages apart, and not more than that.
std::vector<Gemm> matrix_commands(const tercet_config& machine, Packing packing, int64_t m,
                                  int64_t n, int64_t k);

/// One layer's commands for `tokens` tokens, for the model's format.
std::vector<Gemm> layer_commands(const AnalyticModel& model, const ModelConfig& config,
                                 Packing packing, int64_t tokens);

/// All layers' commands for `tokens` tokens, queued one behind the other: what the machine takes
/// when the host never keeps it waiting. Bytes are those on the AXI bus.
struct StepEstimate {
  double cycles = 0;
  double seconds = 0;
  uint64_t commands = 0;
  uint64_t products = 0;  ///< weights x tokens, without padding
  uint64_t weight_bytes = 0;
  uint64_t activation_bytes = 0;
  uint64_t output_bytes = 0;
  double bytes_per_s = 0;        ///< all three
  double array_utilisation = 0;  ///< products / (lanes x cycles)
  const char* bound_by = "";     ///< what most of the cycles are bound by
};

StepEstimate estimate_step(const AnalyticModel& model, const ModelConfig& config, Packing packing,
                           int64_t tokens);

}  // namespace tercet

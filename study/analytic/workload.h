// SPDX-License-Identifier: Apache-2.0
// What a model takes on a machine: its matrix products as commands, their time together, and the
// bytes of it and of its sequences in memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/config.h"
#include "study/analytic/analytic_model.h"

namespace tercet {

/// m tokens by a matrix [n outputs][k inputs].
struct ProductSize {
  int64_t m;
  int64_t n;
  int64_t k;

  bool operator<(const ProductSize& other) const;
};

/// The commands with which the driver does `products` on elements of the model's format: K is cut
/// where the machine's limit demands it, tokens are spread evenly over the passes
/// (Accelerator::gemm). Buffers lie on pages, one behind the other.
std::vector<Gemm> product_commands(const AnalyticModel& model, Packing packing,
                                   const std::vector<ProductSize>& products);

/// The ternary matrices of one layer for `tokens` tokens, in the order in which these meet them.
/// Embedding and head are not ternary and stay on the host.
std::vector<Gemm> layer_commands(const AnalyticModel& model, const ModelConfig& config,
                                 Packing packing, int64_t tokens);

/// All layers' commands for `tokens` tokens, queued one behind the other: what the machine takes
/// when the host never keeps it waiting. Bytes are those on the AXI bus.
struct StepEstimate {
  double cycles = 0;
  double seconds = 0;
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

/// Bytes, without padding. Embedding, head and KV cache are FP16 on every machine.
struct ModelMemory {
  double linear = 0.0;           ///< the layers' matrices
  double embedding = 0.0;        ///< and the head, if it is not the same
  double head = 0.0;             ///< read for each step
  double kv_per_position = 0.0;  ///< keys and values of a token, all layers

  double weights() const { return linear + embedding; }
};

/// `packing`: of ternary weights.
ModelMemory model_memory(const ModelConfig& config, const ElementFormat& format, Packing packing);

/// How many DRAMs of this kind hold a model's weights; 1 of an ideal one.
int64_t devices_for(const ModelMemory& memory, const DramConfig& dram);

/// What follows lines of capacity_text.
inline constexpr const char* kOneDevice = "Speed, standby and refresh are those of one device.\n";

/// "70b of 18.3 GB does not fit the 8.6 GB of lpddr5x-8533: its capacity takes 3 devices."; empty
/// if it does. `name`: of the model.
std::string capacity_text(const std::string& name, const ModelMemory& memory,
                          const DramConfig& dram);

/// Sequences of `positions` tokens that fit beside the weights in `capacity` bytes.
int64_t largest_batch(const ModelMemory& memory, double capacity, int64_t positions);

/// Seconds of a linear read of `bytes` from the model's memory through its ports.
double read_seconds(const AnalyticModel& model, double bytes);

}  // namespace tercet

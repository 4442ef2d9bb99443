// SPDX-License-Identifier: Apache-2.0
// Bytes of a model and of its sequences in memory, and the time that reading them takes.
#pragma once

#include <cstdint>

#include "sim/analytic/analytic_model.h"
#include "tercet/model/config.h"

namespace tercet {

/// Bytes, without padding. Embedding, head and KV cache are FP16 on every machine.
struct ModelMemory {
  double linear = 0.0;           ///< the layers' matrices
  double embedding = 0.0;        ///< and the head, if it is not the same
  double head = 0.0;             ///< read for each step
  double kv_per_position = 0.0;  ///< keys and values of a token, all layers

  double weights() const { return linear + embedding; }
};

/// `weight_bits`: 16, 8, 2 or 1.6.
ModelMemory model_memory(const ModelConfig& config, double weight_bits);

/// Sequences of `positions` tokens that fit beside the weights in `capacity` bytes.
int64_t largest_batch(const ModelMemory& memory, double capacity, int64_t positions);

/// Seconds of a linear read of `bytes` from the model's memory through its ports.
double read_seconds(const AnalyticModel& model, double bytes);

}  // namespace tercet

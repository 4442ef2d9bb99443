// SPDX-License-Identifier: Apache-2.0
// Bytes of a model and of its sequences in memory, and the time that reading them takes.
#pragma once

#include <cstdint>
#include <string>

#include "model/config.h"
#include "study/analytic/analytic_model.h"

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

/// Bits of a weight in memory: the format's, or the packing's.
double stored_weight_bits(const ElementFormat& format, Packing packing);

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

// SPDX-License-Identifier: Apache-2.0
// Every matrix product of a model's layers on the SystemC model, with weights that are never
// stored: time and memory traffic of a model's shape, up to 70B.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/interrupt.h"
#include "host_driver/layout.h"
#include "study/report/machine_report.h"

namespace tercet {

struct ShapeBenchOptions {
  std::string shape = "2b4t";
  std::string config = "server";
  std::string memory = "dram";
  Packing packing = Packing::kTwoBit;
  bool decode = true;   ///< one token after the other; else all tokens in one pass
  int64_t tokens = 0;   ///< 0: 1 for decode, 64 for prefill
  int64_t layers = 0;   ///< 0: all of the shape
  int64_t checked = 2;  ///< outputs (columns) of each product that are checked, for all tokens
  uint64_t seed = 1;
};

/// Products of a layer that wait for the same input, and so may overlap.
struct ShapeStage {
  const char* name;
  int64_t k;
  std::vector<int64_t> n;  ///< of each product
  uint64_t cycles = 0;     ///< from the first start to the last completion, summed over the run
};

struct ShapeBenchResult {
  std::vector<ShapeStage> stages;
  std::optional<Interrupted> stopped;  ///< before the end; all else is what was done until then
  int64_t tokens = 0;
  int64_t layers = 0;        ///< of each step
  int64_t model_layers = 0;  ///< of the whole model
  int64_t layers_to_do = 0;  ///< all steps together
  int64_t layers_done = 0;
  uint64_t weights = 0;       ///< ternary, of the layers to run
  uint64_t weight_bytes = 0;  ///< packed
  uint64_t products = 0;      ///< weights x tokens
  uint64_t cycles = 0;
  double seconds = 0.0;  ///< of the machine
  uint64_t outputs_checked = 0;
  double cpu_s = 0.0;          ///< processor seconds, laying out and checking too
  double machine_cpu_s = 0.0;  ///< of the simulated machine, drawing weights too
  double wall_s = 0.0;
  MachineReport machine;
  DramReport dram;

  /// Layers are alike, so the rest of the model takes as long a layer.
  double model_seconds() const {
    return seconds * static_cast<double>(model_layers) / static_cast<double>(layers);
  }
};

/// Runs q, k, v; o; gate, up; down of every layer, one stage after the other: what comes between
/// them in a transformer (norms, attention, quantisation) is not there, and activations are random
/// int8. Each layer has weights of its own (GeneratedWeights), each step new activations. Throws
/// UsageError if the shape has fewer layers, and Error naming product, token and column if a
/// checked output is not the scalar dot product over the weights as a plain decoder reads them.
/// `progress` is told what is done. An Interrupt ends it early.
ShapeBenchResult run_shape_bench(const ShapeBenchOptions& options,
                                 const std::function<void(const ShapeBenchResult&)>& progress);

nlohmann::ordered_json shape_bench_json(const ShapeBenchOptions& options,
                                        const ShapeBenchResult& result);
std::string shape_bench_text(const ShapeBenchOptions& options, const ShapeBenchResult& result);

}  // namespace tercet

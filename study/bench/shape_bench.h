// SPDX-License-Identifier: Apache-2.0
// Every matrix product of a model's layers on the SystemC model, with weights that are never
// stored.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/interrupt.h"
#include "host_driver/layout.h"
#include "model/config.h"
#include "study/report/machine_report.h"

namespace tercet {

struct ShapeBenchOptions {
  std::string config = "server";
  std::string memory = "dram";
  Packing packing = Packing::kTwoBit;
  ModelConfig model;    ///< sizes; model.layers layers are run
  int64_t m = 1;        ///< tokens of each product
  int64_t steps = 1;    ///< times that all layers are run, with new activations
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
  int64_t layers_done = 0;             ///< all steps together
  uint64_t weights = 0;                ///< ternary, of the layers to run
  uint64_t weight_bytes = 0;           ///< packed
  uint64_t products = 0;               ///< weights x tokens
  uint64_t cycles = 0;
  uint64_t outputs_checked = 0;
  double machine_cpu_s = 0.0;  ///< processor seconds of the simulated machine, drawing weights too
  MachineReport machine;
  DramReport dram;
};

/// Runs q, k, v; o; gate, up; down of every layer, one stage after the other: what comes between
/// them in a transformer (norms, attention, quantisation) is not there, and activations are random
/// int8. Each layer has weights of its own (GeneratedWeights). Throws Error naming product, token
/// and column if a checked output is not the scalar dot product over the weights as a plain decoder
/// reads them. `progress` is told the layers that are done. An Interrupt ends it early.
ShapeBenchResult run_shape_bench(const ShapeBenchOptions& options,
                                 const std::function<void(int64_t)>& progress);

}  // namespace tercet

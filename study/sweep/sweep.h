// SPDX-License-Identifier: Apache-2.0
// Model steps on every machine of a grid.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "host_driver/layout.h"
#include "study/analytic/workload.h"
#include "study/sweep/sweep_grid.h"

namespace tercet {

struct SweepMachine {
  tercet_config machine;  ///< `dram` points into the grid's strings
  Packing packing = Packing::kTwoBit;
  uint64_t lanes = 0;       ///< rows x cols
  uint64_t sram_bytes = 0;  ///< activations, weight FIFO, accumulators
};

/// A step of `tokens` tokens of a model on a machine.
struct SweepPoint {
  size_t machine = 0;  ///< index into SweepResult::machines
  size_t model = 0;    ///< index into SweepGrid::models
  int64_t tokens = 0;
  StepEstimate step;
  double fp16_cycles = 0.0;  ///< of the same step on FP16 elements: same array shape and memory

  double seconds_per_token() const { return step.seconds / static_cast<double>(tokens); }
  double tokens_per_s() const { return static_cast<double>(tokens) / step.seconds; }
  double speed_up() const { return fp16_cycles / step.cycles; }  ///< over the FP16 machine
};

struct SweepResult {
  std::vector<SweepMachine> machines;
  std::vector<SweepPoint> points;           ///< machines x models x tokens_per_step
  std::map<std::string, uint64_t> skipped;  ///< impossible configurations by their first fault
};

/// `grid` must outlive the result. Throws Error as check() does.
SweepResult sweep(const SweepGrid& grid);

/// The points of one model and tokens a step that no other such point with the same DRAM beats or
/// equals in all of: time a token, lanes, SRAM bytes (and beats in one). Fastest first.
std::vector<const SweepPoint*> pareto_front(const SweepResult& result, size_t model,
                                            int64_t tokens);

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// What `tercet run` is told and what it finds out.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/interrupt.h"
#include "cli/device_options.h"
#include "cli/model_source.h"
#include "cli/perfetto_options.h"
#include "cli/run_energy.h"
#include "model/sampler.h"
#include "sim/engine/checked_session.h"
#include "sim/engine/device_engine.h"
#include "sim/engine/matmul_counts.h"
#include "study/energy/arithmetic.h"
#include "study/report/dram_report.h"
#include "study/report/machine_report.h"

namespace tercet {

struct RunOptions {
  std::string model;
  ModelOptions model_options;
  std::optional<std::string> prompt;
  std::vector<int64_t> prompt_ids;
  int64_t tokens = 64;
  bool check = false;
  bool ignore_eos = false;
  SamplerOptions sampler;
  std::string json;
  std::string energy_profile = kEnergyProfile;
  bool together = true;              ///< products that wait for the same input
  bool show_text = true;             ///< on standard output, as it is made
  bool details = false;              ///< all tables below the summary
  std::optional<uint64_t> flip_bit;  ///< a bit of the packed weights in device memory
  DeviceOptions device;
  PerfettoOptions perfetto;
};

/// Wall seconds.
struct RunTimes {
  double load = 0.0;        ///< the model
  double packing = 0.0;     ///< weights to streams, and their upload
  double simulation = 0.0;  ///< the machine
  double host = 0.0;        ///< the rest of generating: float parts, activations, comparing
  double reference = 0.0;   ///< of the reference, on a thread of its own beside the others
  double generation = 0.0;  ///< simulation + host
  double prompt = 0.0;      ///< of generation, until the prompt's logits
  double total = 0.0;
};

struct RunResult {
  std::vector<int32_t> prompt;
  std::vector<int32_t> tokens;  ///< new ones
  std::string text;             ///< of the new ones; empty without a tokenizer
  CheckCounts check;
  std::string first_mismatch;
  std::optional<Interrupted> stopped;    ///< before the end; all else is what was done until then
  uint64_t cycles = 0;                   ///< simulated while generating
  std::vector<int64_t> forwards;         ///< tokens of each pass through the model, finished ones
  std::vector<uint64_t> forward_cycles;  ///< of the prompt, then of each token, if finished
  MatmulCounts counts;
  MachineReport report;
  std::optional<DramReport> dram;  ///< of a timed backend
  std::optional<TimelineCounts> timeline;
  ArithmeticEnergy energy;  ///< with the papers' constants
  std::string energy_profile;
  std::optional<EnergyReport> ledger;     ///< with the options' profile
  std::vector<ProductActivity> products;  ///< of a timed backend
  uint64_t packed_bytes = 0;
  WeightCounts weights;
  int64_t threads = 1;  ///< of the host's part
  std::string simd;     ///< vector target of the products, if the fast engine makes them
  RunTimes times;
};

/// Loads, generates, streams the text to standard output. Throws Error on bad input or a machine
/// error; a mismatch is in the result, and so is Ctrl-C.
RunResult run(const RunOptions& options);

/// Options of `run` that also `energy` has: model, prompt, tokens, machine, sampler, profile.
void add_run_options(CLI::App& command, RunOptions& options);

/// The JSON of a run; also that of one that ended early.
nlohmann::ordered_json run_json(const RunOptions& options, const RunResult& result);

/// The summary below the text; with --details also where cycles, wall time and energy went.
std::string run_text(const RunOptions& options, const RunResult& result);

}  // namespace tercet

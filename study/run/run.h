// SPDX-License-Identifier: Apache-2.0
// A run: a prompt continued on a backend, and what that took.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/interrupt.h"
#include "model/sampler.h"
#include "sim/backend_session.h"
#include "sim/trace/timeline.h"
#include "study/paper/paper_recipe.h"
#include "study/report/machine_report.h"
#include "study/run/model_source.h"
#include "study/run/run_energy.h"

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
  std::string energy_profile = kEnergyProfile;
  bool together = true;              ///< products that wait for the same input
  bool details = false;              ///< all tables below the summary
  std::optional<uint64_t> flip_bit;  ///< a bit of the packed weights in device memory
  MachineOptions machine;
  SessionOptions session = machine_session();
  TimelineOptions timeline;  ///< no file: none
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
  std::optional<WaveformCounts> waveform;
  std::string unwritten;    ///< why there is no timeline or waveform, though there should be
  std::string flipped;      ///< the matrix that the options' flip_bit hit; empty: none, or no flip
  ArithmeticEnergy energy;  ///< with the papers' constants
  std::string energy_profile;
  std::optional<EnergyReport> ledger;     ///< with the options' profile
  std::vector<ProductActivity> products;  ///< of a timed backend
  uint64_t packed_bytes = 0;
  WeightCounts weights;
  int64_t threads = 1;  ///< of the host's part
  std::string simd;     ///< vector target of the host's part; empty for the reference
  RunTimes times;
};

/// What a run tells while it goes on; each may be empty.
struct RunEvents {
  std::function<void(const ModelFile& model)> loaded;
  /// The prompt, then each piece of new text, or ids if there is no tokenizer.
  std::function<void(const std::string& text)> text;
  /// After each token: wall seconds of generating, and of the machine.
  std::function<void(const RunResult& so_far, double seconds, double machine_seconds)> token;
};

/// Loads a model and generates. Throws Error on bad input or a machine error; a mismatch is in the
/// result, and so is Ctrl-C.
RunResult run(const RunOptions& options, const RunEvents& events = {});

/// The JSON of a run; also that of one that ended early.
nlohmann::ordered_json run_json(const RunOptions& options, const RunResult& result);

/// The summary below the text; with --details also where cycles, wall time and energy went.
std::string run_text(const RunOptions& options, const RunResult& result);

}  // namespace tercet

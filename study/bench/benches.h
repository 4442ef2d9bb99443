// SPDX-License-Identifier: Apache-2.0
// What `tercet bench` measures: how fast the simulators, the host's engine and the firmware are.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/rng.h"
#include "sim/machine_options.h"
#include "study/run/model_source.h"

namespace tercet {

/// Activations from -127 to 127.
inline std::vector<int8_t> random_activations(int64_t count, Rng& rng) {
  std::vector<int8_t> q(static_cast<size_t>(count));
  for (int8_t& x : q) x = static_cast<int8_t>(static_cast<int64_t>(rng.below(255)) - 127);
  return q;
}

/// Takes each line of a result as soon as it is measured.
using Print = std::function<void(const std::string& text)>;

// Each adds its figures to `json` as it goes, so that what there is can be kept if Ctrl-C ends it.
// Every result is checked against the reference; all throw Error if one differs.

struct RtlBenchOptions {
  std::string config = "edge";
  std::string memory = "ideal";
  int64_t reps = 5;
  int64_t n = 2560;
  int64_t k = 2560;
};
/// A GEMM of 64 tokens and a GEMV on the RTL, in both packings, commands started by the driver.
void run_rtl_bench(const RtlBenchOptions& options, const Print& print,
                   nlohmann::ordered_json* json);

struct SystemcBenchOptions {
  MachineOptions machine;  ///< SystemC
  int64_t layers = 0;      ///< 0: all 30
  int64_t reps = 3;
};
/// The BitLinears of a 2B-4T model on SystemC: one token, 64 tokens; and one layer beside the RTL.
void run_systemc_bench(const SystemcBenchOptions& options, const Print& print,
                       nlohmann::ordered_json* json);

struct ModelBenchOptions {
  int64_t prompt = 128;
  int64_t tokens = 32;
  int64_t reps = 3;
  SessionOptions session = machine_session();
};
/// Tokens a second of the fast engine on the host, and how near the memory's speed that is.
void run_model_bench(const ModelBenchOptions& options, const ModelFile& named, const Print& print,
                     nlohmann::ordered_json* json);

struct QueueBenchOptions {
  MachineOptions machine;  ///< with time
  int64_t steps = 4;
};
/// All BitLinears of a model for one token in one queue: the cycles that control costs.
void run_queue_bench(const QueueBenchOptions& options, const ModelFile& named, const Print& print,
                     nlohmann::ordered_json* json);

}  // namespace tercet

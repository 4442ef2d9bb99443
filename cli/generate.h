// SPDX-License-Identifier: Apache-2.0
// The generating loop of `tercet run`, whatever multiplies.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "cli/run_command.h"

namespace tercet {

/// What runs tokens, and what can be told about it.
struct Generator {
  /// Appends tokens to the sequence and returns the logits of the last.
  std::function<const std::vector<float>&(const std::vector<int32_t>&)> forward;
  std::function<void()> end_prefill = [] {};  ///< told when the prompt is through
  std::function<uint64_t()> cycle;            ///< of a timed machine, else empty
  std::function<double()> machine_seconds;    ///< wall seconds of a machine so far, else empty
  Timeline* timeline = nullptr;               ///< may be null
};

/// Feeds result->prompt, then samples and feeds up to options.tokens tokens, and streams their text
/// to standard output. Fills result's tokens, text, cycles, forward_cycles and times.
void generate(const RunOptions& options, const NamedModel& named, const Generator& generator,
              RunResult* result);

}  // namespace tercet

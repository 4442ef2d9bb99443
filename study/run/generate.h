// SPDX-License-Identifier: Apache-2.0
// The generating loop, whatever multiplies.
#pragma once

#include <cstdint>
#include <functional>

#include "study/run/run.h"

namespace tercet {

/// What runs tokens, and what can be told about it.
struct Generator {
  Sequence& sequence;
  Timeline* timeline = nullptr;               ///< may be null
  std::function<void()> end_prefill = [] {};  ///< told when the prompt is through
  std::function<uint64_t()> cycle;            ///< of a timed machine, else empty
  std::function<double()> machine_seconds;    ///< wall seconds of a machine so far, else empty
};

/// Feeds result->prompt, then samples and feeds up to options.tokens tokens. Fills result's tokens,
/// text, cycles, forwards, forward_cycles and times.
void generate(const RunOptions& options, const RunEvents& events, const ModelFile& named,
              const Generator& generator, RunResult* result);

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// The generating loop of `tercet run`, whatever multiplies.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "cli/run_command.h"

namespace tercet {

/// What can be told about the machine that runs the tokens.
struct Generator {
  std::function<uint64_t()> cycle;          ///< of a timed machine, else empty
  std::function<double()> machine_seconds;  ///< wall seconds of a machine so far, else empty
  Timeline* timeline = nullptr;             ///< may be null
};

/// Feeds result->prompt to `sequence`, then samples and feeds up to options.tokens tokens, and
/// streams their text to standard output. Fills result's tokens, text, cycles, forward_cycles and
/// times.
void generate(const RunOptions& options, const NamedModel& named, Sequence& sequence,
              const Generator& generator, RunResult* result);

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// The parts of `tercet run` that need no machine.
#pragma once

#include "cli/generate.h"
#include "model/fast/thread_pool.h"

namespace tercet {

/// Throws Error on an option that makes no sense on the chosen backend.
void check_host_options(const RunOptions& options);

/// Generates with `engine`'s products and the fast float steps; with --check beside the reference,
/// whose counts are saved in `result` however this ends.
void generate_checked(const RunOptions& options, const NamedModel& named, MatmulEngine& engine,
                      ThreadPool& pool, const Generator& generator, RunResult* result);

/// Generates on the fast engine or the reference. Mismatches and stops are in `result`.
void run_on_host(const RunOptions& options, const NamedModel& named, RunResult* result);

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// What `tercet bench` can measure.
#pragma once

#include "cli/commands.h"

namespace tercet {

/// Each adds one subcommand of `bench` that sets `action`.
void add_bench_systemc(CLI::App& bench, Action& action);
void add_bench_model(CLI::App& bench, Action& action);
void add_bench_queue(CLI::App& bench, Action& action);
void add_bench_shape(CLI::App& bench, Action& action);

}  // namespace tercet

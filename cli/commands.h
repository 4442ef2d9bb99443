// SPDX-License-Identifier: Apache-2.0
// The subcommands of `tercet`.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace tercet {

/// What the chosen subcommand does; returns the exit status. Set while the command line is parsed.
using Action = std::function<int()>;

/// Each adds one subcommand that sets `action`.
void add_run(CLI::App& app, Action& action);
void add_info(CLI::App& app, Action& action);
void add_bench(CLI::App& app, Action& action);
void add_eval(CLI::App& app, Action& action);
void add_logits(CLI::App& app, Action& action);
void add_pack(CLI::App& app, Action& action);
void add_synth_model(CLI::App& app, Action& action);
void add_validate(CLI::App& app, Action& action);
void add_sweep(CLI::App& app, Action& action);
void add_paper(CLI::App& app, Action& action);
void add_energy(CLI::App& app, Action& action);
void add_compare(CLI::App& app, Action& action);

}  // namespace tercet

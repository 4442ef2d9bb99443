// SPDX-License-Identifier: Apache-2.0
// The subcommands of `tercet`.
#pragma once

#include <functional>

namespace CLI {  // NOLINT(readability-identifier-naming): the library names it
class App;
class Option;
}  // namespace CLI

namespace tercet {

/// What the chosen subcommand does; returns the exit status. Set while the command line is parsed.
using Action = std::function<int()>;

/// Each adds one subcommand that sets `action`.
void add_run(CLI::App& app, Action& action);
void add_info(CLI::App& app, Action& action);
void add_bench(CLI::App& app, Action& action);
void add_bench_shape(CLI::App& bench, Action& action);  // of bench
void add_eval(CLI::App& app, Action& action);
void add_logits(CLI::App& app, Action& action);
void add_pack(CLI::App& app, Action& action);
void add_synth_model(CLI::App& app, Action& action);
void add_validate(CLI::App& app, Action& action);
void add_sweep(CLI::App& app, Action& action);
void add_paper(CLI::App& app, Action& action);
void add_energy(CLI::App& app, Action& action);
void add_compare(CLI::App& app, Action& action);

/// A subcommand of `app` that has subcommands of its own.
CLI::App& add_group(CLI::App& app, const char* name, const char* description);

/// A subcommand of `parent`; `act` is called with what it holds of options once all are read.
CLI::App& add_command(CLI::App& parent, const char* name, const char* description, Action& action,
                      Action act);

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// The subcommands of `tercet`.
#pragma once

#include <functional>
#include <memory>

#include "cli/options.h"

namespace tercet {

struct RunOptions;

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

/// The options that `run` and `energy` share: model, prompt, tokens, machine, sampler and profile.
void add_run_options(CLI::App& command, RunOptions& options);

/// A subcommand of `app` that has subcommands of its own.
CLI::App& add_group(CLI::App& app, const char* name, const char* description);

/// A subcommand of `parent`, which calls `act` once all is read.
CLI::App& add_action(CLI::App& parent, const char* name, const char* description, Action& action,
                     Action act);

/// A command and what its options are read into.
template <class Options>
struct Command {
  CLI::App& app;
  Options& options;
};

/// Adds a command whose `act` is called with its Options, which are there as long as `parent`.
template <class Options>
Command<Options> add_command(CLI::App& parent, const char* name, const char* description,
                             Action& action, int (*act)(const Options&)) {
  const auto options = std::make_shared<Options>();
  return {add_action(parent, name, description, action, [options, act] { return act(*options); }),
          *options};
}

/// Options of a study, and where its results go.
template <class Options>
struct Reported : Options {
  Output output;
};

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// The options that `run` and `energy` share.
#pragma once

#include "cli/options.h"
#include "study/run/run.h"

namespace tercet {

/// Adds the options of model, prompt, tokens, machine, sampler and profile.
void add_run_options(CLI::App& command, RunOptions& options);

}  // namespace tercet

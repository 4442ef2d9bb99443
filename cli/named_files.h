// SPDX-License-Identifier: Apache-2.0
// The files that a command line names.
#pragma once

#include <vector>

#include "base/output.h"
#include "cli/commands.h"

namespace tercet {

struct NamedFiles {
  std::vector<NamedPath> inputs;
  std::vector<NamedPath> outputs;
};

/// Of the chosen subcommand; one that reads a model's folder reads each of its files. An option
/// that names a file is known by its own name, the same in every command.
NamedFiles named_files(const CLI::App& app);

}  // namespace tercet

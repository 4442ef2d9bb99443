// SPDX-License-Identifier: Apache-2.0
// The options for a timeline of a run, and the timeline.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "cli/device_options.h"
#include "sim/trace/timeline.h"

namespace tercet {

struct PerfettoOptions {
  std::string file;    ///< empty: no timeline
  std::string detail;  ///< empty: tiles
  std::string window;  ///< FIRST:LAST; empty: all
};

/// Adds --perfetto, --perfetto-detail, --perfetto-window.
void add_perfetto_options(CLI::App& command, PerfettoOptions& options);

/// Throws Error on a file, window or combination that makes no sense.
void check(const PerfettoOptions& options, const DeviceOptions& device);

/// Null if none is asked for. `model` is what the file calls the model. Throws Error.
std::unique_ptr<Timeline> make_timeline(const PerfettoOptions& options, const DeviceOptions& device,
                                        const std::string& model);

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Parses and checks the timeline's options.
#include "cli/perfetto_options.h"

#include "base/error.h"

namespace tercet {
namespace {

TimelineOptions timeline_options(const PerfettoOptions& options) {
  TimelineOptions timeline;
  timeline.file = options.file;
  if (options.detail == "layers") timeline.detail = TimelineDetail::kLayers;
  if (options.detail == "gemms") timeline.detail = TimelineDetail::kGemms;
  const CycleWindow window = parse_window("--perfetto-window", options.window);
  timeline.first = window.first;
  timeline.last = window.last;
  return timeline;
}

}  // namespace

void add_perfetto_options(CLI::App& command, PerfettoOptions& options) {
  command.add_option("--perfetto", options.file,
                     "timeline of the run as JSON, for ui.perfetto.dev or chrome://tracing");
  command
      .add_option("--perfetto-detail", options.detail,
                  "slices down to layers, gemms or tiles (default: tiles)")
      ->check(CLI::IsMember({"layers", "gemms", "tiles"}));
  command.add_option("--perfetto-window", options.window,
                     "FIRST:LAST, only slices that touch these cycles, LAST excluded (default: "
                     "all)");
}

void check(const PerfettoOptions& options, const DeviceOptions& device) {
  if (options.file.empty()) {
    if (!options.detail.empty()) fail("--perfetto-detail needs --perfetto");
    if (!options.window.empty()) fail("--perfetto-window needs --perfetto");
    return;
  }
  if (!device.timed()) {
    fail("--perfetto needs --backend rtl or systemc: '{}' has no timing", device.backend);
  }
  timeline_options(options);
}

std::unique_ptr<Timeline> make_timeline(const PerfettoOptions& options, const DeviceOptions& device,
                                        const std::string& model) {
  if (options.file.empty()) return nullptr;
  TimelineOptions timeline = timeline_options(options);
  timeline.about = {{"model", model},
                    {"backend", device.backend},
                    {"packing", device.packing},
                    {"memory", device.memory_name()}};
  return std::make_unique<Timeline>(timeline, find_machine(device.config));
}

}  // namespace tercet

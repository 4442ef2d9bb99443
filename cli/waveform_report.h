// SPDX-License-Identifier: Apache-2.0
// What a command says of the waveform that it wrote, and of windows that its run never reached.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "cli/device_options.h"
#include "sim/trace/waveform.h"

namespace tercet {

/// "FILE: cycles 100 to 299, 12.3 kB".
std::string describe_waveform(const DeviceOptions& options, const WaveformCounts& counts);

/// file, bytes, first_cycle, last_cycle; the last two are null if no cycle was traced.
nlohmann::ordered_json waveform_json(const DeviceOptions& options, const WaveformCounts& counts);

/// Throws Error naming option, window and the run's last cycle if the window's file has no bytes.
void check_reached(const char* option, const std::string& window, uint64_t bytes,
                   uint64_t run_last);
/// The same of --trace-window, if there is a waveform.
void check_reached(const DeviceOptions& options, const std::optional<WaveformCounts>& counts);

}  // namespace tercet

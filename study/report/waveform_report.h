// SPDX-License-Identifier: Apache-2.0
// What is said of a waveform, and of windows that a run never reached.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "sim/timed_device.h"
#include "sim/verilated/verilated_options.h"

namespace tercet {

/// "FILE: cycles 100 to 299, 12.3 kB".
std::string describe_waveform(const std::string& file, const WaveformCounts& counts);

/// file, bytes, first_cycle, last_cycle; the last two are null if no cycle was traced.
nlohmann::ordered_json waveform_json(const std::string& file, const WaveformCounts& counts);

/// Throws Error naming option, window and the run's last cycle if the file of the window
/// [first, last) has no bytes.
void check_reached(const char* option, uint64_t first, uint64_t last, uint64_t bytes,
                   uint64_t run_last);
/// The same of --trace-window, if there is a waveform.
void check_reached(const TraceOptions& trace, const std::optional<WaveformCounts>& counts);

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// A machine that knows time: the Verilated RTL or the SystemC model, on a DRAM.
#pragma once

#include <optional>

#include "host_driver/transport.h"
#include "sim/counts/engine_counts.h"
#include "sim/dram/dram_stats.h"
#include "sim/trace/waveform.h"

namespace tercet {

class TimedDevice : public Transport {
 public:
  /// What the memory has done since power-on, for energy and bandwidth.
  virtual DramStats dram_stats() const = 0;

  /// What the engine's units have done since power-on, for energy.
  virtual EngineCounts engine_counts() const = 0;

  /// Ends the waveform, if one is being written, and says what is in it. To be called once, after
  /// which no cycle is traced. Throws Error naming the file.
  virtual std::optional<WaveformCounts> finish_waveform() { return std::nullopt; }
};

}  // namespace tercet

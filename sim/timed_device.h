// SPDX-License-Identifier: Apache-2.0
// A machine that knows time: the Verilated RTL or the SystemC model, on a DRAM.
#pragma once

#include <cstdint>
#include <optional>

#include "host_driver/transport.h"
#include "sim/counts/engine_counts.h"
#include "sim/dram/dram_stats.h"

namespace tercet {

/// What a waveform file holds. Cycles count from power-on. Of a window that no cycle of the run
/// fell into there is no file.
struct WaveformCounts {
  uint64_t bytes = 0;   ///< of the file; 0: there is none
  uint64_t cycles = 0;  ///< in it, from `first` on
  uint64_t first = 0;
  uint64_t run_last = 0;  ///< the run's last cycle
};

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

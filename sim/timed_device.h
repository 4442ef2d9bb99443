// SPDX-License-Identifier: Apache-2.0
// A machine that knows time: the Verilated RTL or the SystemC model, on a DRAM.
#pragma once

#include "host_driver/transport.h"
#include "sim/counts/engine_counts.h"
#include "sim/dram/dram_stats.h"

namespace tercet {

class TimedDevice : public Transport {
 public:
  /// What the memory has done since power-on, for energy and bandwidth.
  virtual DramStats dram_stats() const = 0;

  /// What the engine's units have done since power-on, for energy.
  virtual EngineCounts engine_counts() const = 0;

  /// No cycle comes after this. Completes what the machine writes as it runs, its waveform, and
  /// throws Error naming the file if a part of it could not be written; then it does not exist.
  /// Without this the destructor does, and tells standard error.
  virtual void finish() {}
};

}  // namespace tercet

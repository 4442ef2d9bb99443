// SPDX-License-Identifier: Apache-2.0
// What a waveform file holds.
#pragma once

#include <cstdint>

namespace tercet {

/// Cycles count from power-on. Of a window that no cycle of the run fell into there is no file.
struct WaveformCounts {
  uint64_t bytes = 0;   ///< of the file; 0: there is none
  uint64_t cycles = 0;  ///< in it, from `first` on
  uint64_t first = 0;
  uint64_t run_last = 0;  ///< the run's last cycle
};

}  // namespace tercet

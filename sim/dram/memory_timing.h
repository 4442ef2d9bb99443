// SPDX-License-Identifier: Apache-2.0
// When a memory answers: the interface between a bus and a DRAM timing model.
#pragma once

#include <cstdint>

namespace tercet {

/// A timing model holds no data. Cycles are those of the machine's clock.
///
/// Calls come in the order in which requests enter the memory. A bus that needs the time of each
/// beat asks beat by beat; one that does not asks for a whole burst. A request never crosses 4 KiB.
class MemoryTiming {
 public:
  virtual ~MemoryTiming() = default;

  /// A request of `bytes` at `address` that reaches the memory at `cycle`. Returns the cycle, later
  /// than `cycle`, in which a read's last byte is on the bus or a write's last byte is stored.
  /// Answers never go back in time: each is at least the one before it of the same direction.
  virtual uint64_t request(uint64_t address, uint32_t bytes, bool write, uint64_t cycle) = 0;
};

}  // namespace tercet

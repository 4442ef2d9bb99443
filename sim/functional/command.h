// SPDX-License-Identifier: Apache-2.0
// The engine's registers, as any machine without RTL shows them: a command, checked as the hardware
// does, and its state.
#pragma once

#include <cstdint>

#include "tercet_hw.h"

namespace tercet {

/// The CMD_* registers.
struct Command {
  uint32_t m = 0;
  uint32_t n = 0;
  uint32_t k = 0;
  uint32_t m_tile = 0;
  uint32_t flags = 0;
  uint32_t weight_beats = 0;
  uint64_t activations = 0;
  uint64_t weights = 0;
  uint64_t outputs = 0;

  /// The register at `offset`; true if it is one of the command's. Bits past its width read as 0
  /// and ignore writes.
  bool read(uint32_t offset, uint32_t* value) const;
  bool write(uint32_t offset, uint32_t value);
};

/// What the other registers below the counters hold.
struct EngineRegisters {
  bool irq_enable;
  uint32_t status;
  uint32_t irq;
  uint32_t error;
  uint32_t started;
  uint32_t completed;

  /// The register at `offset`; false if it is none of ID to START.
  bool read(const tercet_config& machine, uint32_t offset, uint32_t* value) const;
};

/// The window to the counters of 64 bits. Reading a low half latches the high one.
class CounterWindow {
 public:
  /// `count_of(index)` is counter TERCET_COUNTER_*. False if `offset` is not in the window.
  template <class CountOf>
  bool read(uint32_t offset, const CountOf& count_of, uint32_t* value) {
    constexpr uint32_t kEnd = TERCET_COUNTER_BASE + 8 * TERCET_COUNTER_COUNT;
    if (offset < TERCET_COUNTER_BASE || offset >= kEnd || offset % 4 != 0) return false;
    if (offset % 8 != 0) {
      *value = high_;
      return true;
    }
    const uint64_t count = count_of((offset - TERCET_COUNTER_BASE) / 8);
    *value = static_cast<uint32_t>(count);
    high_ = static_cast<uint32_t>(count >> 32);
    return true;
  }

 private:
  uint32_t high_ = 0;
};

/// The error with which a machine refuses `command`, or TERCET_ERR_NONE. In the order of the
/// checks: shape, tile, alignment, weight beats, end of the address space.
uint32_t check_command(const tercet_config& machine, const Command& command);

}  // namespace tercet

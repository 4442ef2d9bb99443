// SPDX-License-Identifier: Apache-2.0
// rtl/core/tercet_timer.sv: mtime, mtimecmp and msip; time is the cycle of whoever asks.
#pragma once

#include <cstdint>

#include "sim/rv32/environment.h"

namespace tercet::rv32 {

class Timer {
 public:
  /// `request.address` is the offset in the timer.
  BusAnswer access(const BusRequest& request);
  /// Bits of mip during `cycle`, which is not before the last access.
  uint32_t interrupts(uint64_t cycle) const;
  /// The first cycle with one of the interrupts `enabled`, if it is not over; ~0 if none will come.
  uint64_t due(uint32_t enabled) const {
    if (now_.msip && (enabled & kSoftwareInterrupt) != 0) return 0;
    return (enabled & kTimerInterrupt) != 0 ? now_.mtimecmp : ~uint64_t{0};
  }

 private:
  struct Registers {
    uint64_t mtimecmp = ~uint64_t{0};
    bool msip = false;
  };
  void write(uint32_t offset, uint32_t value);

  Registers now_, before_;   // a write shows in the cycle after it
  uint64_t written_at_ = 0;  // no access is in cycle 0
};

}  // namespace tercet::rv32

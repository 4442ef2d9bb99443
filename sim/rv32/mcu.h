// SPDX-License-Identifier: Apache-2.0
// rtl/core/tercet_mcu.sv: the hart with its memories and timer.
#pragma once

#include <cstdint>

#include "sim/rv32/environment.h"
#include "sim/rv32/hart.h"
#include "sim/rv32/timer.h"

namespace tercet::rv32 {

/// What Mcu::save keeps.
struct McuState {
  Timer timer;
  HartState hart;
};

/// What the next step reaches, interrupts considered.
enum class McuReach : uint8_t { kInside, kDataLoad, kTimer, kOutside };

class Mcu final : private Environment {
 public:
  /// Sizes and addresses of rtl/spec. `outside` answers for its own lines (kExternalInterrupt) and
  /// for every address that is neither data memory nor timer; a reference to it is kept.
  explicit Mcu(Environment& outside);

  /// As run_i low and high again: memories and x1 to x31 keep their values.
  void reset();
  bool step(Retire* retire) { return hart_.step(retire); }
  McuReach reach();
  /// The cycle from which the timer wakes a wfi, for all that is known; ~0: it does not.
  uint64_t timer_due() const { return timer_.due(hart_.enabled()); }

  void save(McuState* to) const;
  void restore(const McuState& from);
  Hart& hart() { return hart_; }
  const Hart& hart() const { return hart_; }

 private:
  uint32_t interrupts(uint64_t cycle) override;
  BusAnswer access(const BusRequest& request) override;

  Environment& outside_;
  Timer timer_;
  Hart hart_;
};

}  // namespace tercet::rv32

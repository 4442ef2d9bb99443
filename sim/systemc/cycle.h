// SPDX-License-Identifier: Apache-2.0
// Cycles of the machine's clock, and their relation to SystemC's time.
#pragma once

#include <cstdint>
#include <systemc>

namespace tercet {

/// A cycle of the machine since power-on. Cycle c is the time between clock edges c and c + 1; what
/// a register holds in cycle c was decided in cycle c - 1.
using Cycle = uint64_t;

/// Not yet known, or never.
constexpr Cycle kNever = ~Cycle{0};

/// One clock for all units of a machine.
class Clock {
 public:
  explicit Clock(uint32_t mhz) : period_(sc_core::sc_time(1e6 / mhz, sc_core::SC_PS).value()) {}

  sc_core::sc_time period() const { return sc_core::sc_time::from_value(period_); }

  /// The cycle that SystemC's time is in.
  Cycle now() const { return sc_core::sc_time_stamp().value() / period_; }

  /// The time from now to the beginning of `cycle`, which is not in the past.
  sc_core::sc_time until(Cycle cycle) const {
    return sc_core::sc_time::from_value(cycle * period_ - sc_core::sc_time_stamp().value());
  }

  /// The time from now to the middle of `cycle`, when all that its beginning brings has happened:
  /// the host makes its accesses then.
  sc_core::sc_time until_middle(Cycle cycle) const { return until(cycle, period_ / 2); }

  /// The time from now to late in `cycle`, after the host's access: the control core makes its own.
  sc_core::sc_time until_late(Cycle cycle) const { return until(cycle, period_ / 4 * 3); }

  /// Wakes the processes that wait for `event` in `cycle`, or now if that has begun. An earlier
  /// notification that is pending stays.
  void notify(sc_core::sc_event& event, Cycle cycle) const {
    if (cycle <= now()) {
      event.notify(sc_core::SC_ZERO_TIME);
    } else {
      event.notify(until(cycle));
    }
  }

 private:
  sc_core::sc_time until(Cycle cycle, sc_dt::uint64 offset) const {
    const sc_dt::uint64 then = cycle * period_ + offset;
    const sc_dt::uint64 now = sc_core::sc_time_stamp().value();
    return sc_core::sc_time::from_value(then > now ? then - now : 0);
  }

  sc_dt::uint64 period_;
};

}  // namespace tercet

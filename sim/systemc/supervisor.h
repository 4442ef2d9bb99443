// SPDX-License-Identifier: Apache-2.0
// Errors and resets: stops the engine without leaving a bus transaction unfinished.
#pragma once

#include <cstdint>
#include <deque>
#include <systemc>

#include "sim/systemc/shared.h"

namespace tercet {

class TercetTop;

/// Run -> (error or soft reset) Drain: nothing new is issued until the bus is quiet -> Halt (error)
/// or Flush (reset) -> Run.
class Supervisor : public Unit {
 public:
  Supervisor(const sc_core::sc_module_name& name, const Shared& shared, TercetTop& top);

  /// An error that happens in `cycle`, now or later; errors may be told in any order.
  void error(Cycle cycle, uint32_t code);
  /// CTRL.soft_reset was written in this cycle.
  void soft_reset();
  /// Something on the bus has ended.
  void bus_changed();

  bool running() const { return state_ == State::kRun; }
  /// Whether running() is true in `cycle`, for all that is known.
  bool runs_in(Cycle cycle) const { return cycle < drain_from_; }
  bool stopped() const { return state_ == State::kHalt; }
  uint32_t code() const { return code_; }

 private:
  enum class State : uint8_t { kRun, kDrain, kHalt, kFlush };
  struct Fault {
    Cycle cycle;
    uint32_t code;
  };

  void run() override;
  void take_faults(Cycle now);
  void enter_next(Cycle now);
  void stop_datapath(Cycle now);

  TercetTop& top_;
  State state_ = State::kRun;
  Cycle drain_from_ = kNever;  // the first cycle after Run, once that is known
  Cycle next_ = kNever;        // cycle of the next state, once that is decided
  bool reset_ = false;         // a soft reset waits
  uint32_t code_ = TERCET_ERR_NONE;
  std::deque<Fault> faults_;  // to come, in order of time
};

}  // namespace tercet

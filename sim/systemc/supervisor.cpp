// SPDX-License-Identifier: Apache-2.0
// The state machine of rtl/control/tercet_supervisor.sv.
#include "sim/systemc/supervisor.h"

#include <algorithm>

#include "sim/systemc/top.h"

namespace tercet {

Supervisor::Supervisor(const sc_core::sc_module_name& name, const Shared& shared, TercetTop& top)
    : Unit(name, shared), top_(top) {}

void Supervisor::error(Cycle cycle, uint32_t code) {
  const auto later = [](Cycle c, const Fault& fault) { return c < fault.cycle; };
  faults_.insert(std::upper_bound(faults_.begin(), faults_.end(), cycle, later), {cycle, code});
  drain_from_ = std::min(drain_from_, cycle + shared_.timing.drain);
  shared_.clock.notify(wake_, cycle + shared_.timing.drain);
}

void Supervisor::soft_reset() {
  reset_ = true;
  if (state_ == State::kRun || state_ == State::kHalt) {
    next_ = shared_.clock.now() + shared_.timing.drain;
    drain_from_ = std::min(drain_from_, next_);
    shared_.clock.notify(wake_, next_);
  }
}

void Supervisor::bus_changed() {
  if (state_ == State::kDrain) wake_.notify(sc_core::SC_ZERO_TIME);
}

void Supervisor::run() {
  const Cycle now = shared_.clock.now();
  take_faults(now);
  if (next_ <= now) enter_next(now);
  if (state_ == State::kDrain && next_ == kNever) {
    const Cycle quiet = top_.bus_quiet_from();
    if (quiet <= now) {
      next_ = now + shared_.timing.stop;
    } else if (quiet != kNever) {
      shared_.clock.notify(wake_, quiet);
    }
  }
  if (next_ != kNever) shared_.clock.notify(wake_, next_);
  if (!faults_.empty()) shared_.clock.notify(wake_, faults_.front().cycle + shared_.timing.drain);
}

void Supervisor::take_faults(Cycle now) {
  while (!faults_.empty() && faults_.front().cycle + shared_.timing.drain <= now) {
    if (code_ == TERCET_ERR_NONE) code_ = faults_.front().code;
    if (state_ == State::kRun) next_ = now;
    faults_.pop_front();
  }
}

void Supervisor::enter_next(Cycle now) {
  next_ = kNever;
  switch (state_) {
    case State::kRun:
      state_ = State::kDrain;
      break;
    case State::kDrain:
      // A burst of the last cycle before the drain may have been announced after the bus was asked.
      if (top_.bus_quiet_from() > now) return;
      state_ = reset_ ? State::kFlush : State::kHalt;
      stop_datapath(now);
      if (state_ == State::kHalt) top_.csr.raise_error();
      break;
    case State::kHalt:
      state_ = State::kFlush;
      break;
    case State::kFlush:
      state_ = State::kRun;
      drain_from_ = kNever;
      reset_ = false;
      code_ = TERCET_ERR_NONE;
      top_.csr.finish_reset();
      break;
  }
  if (state_ == State::kFlush) next_ = now + shared_.timing.stop;
}

void Supervisor::stop_datapath(Cycle now) {
  faults_.clear();
  top_.flush(now);
}

}  // namespace tercet

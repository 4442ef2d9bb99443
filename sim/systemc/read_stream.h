// SPDX-License-Identifier: Apache-2.0
// One linear stream of read bursts, never more beats under way than the consumer has room for.
#pragma once

#include <cstdint>

#include "sim/systemc/event_log.h"
#include "sim/systemc/shared.h"

namespace tercet {

/// Chooses a command's bursts one after the other; the port takes them. A buffer is read
/// ceil(m / m_tile) times over, once a pass.
class ReadStream {
 public:
  /// `capacity`: beats that the consumer can hold.
  ReadStream(const Shared& shared, uint32_t capacity) : shared_(shared), capacity_(capacity) {}

  /// Takes a command of `passes` passes over `beats` beats at `base`; active from `cycle` on.
  void start(uint64_t base, uint64_t beats, uint64_t passes, Cycle cycle);

  /// The consumer is done with beats, `beats` a cycle in `count` cycles from `first` on.
  void free(Cycle first, uint64_t count, uint64_t beats = 1);

  /// The cycle from which the port sees the next burst; kNever if there is none, or not enough room
  /// for all that is known.
  Cycle visible();

  uint64_t address() const { return address_; }
  uint32_t beats() const { return burst_; }
  bool ends_pass() const { return burst_ == left_; }

  /// The port took the burst in `cycle`.
  void taken(Cycle cycle);

  /// The cycle from which a new command may start; kNever while bursts are left.
  Cycle idle_from() const { return left_ == 0 ? idle_ : kNever; }

  void flush();

 private:
  const Shared& shared_;
  uint32_t capacity_;
  uint64_t base_ = 0;
  uint64_t pass_beats_ = 0;
  uint64_t passes_ = 0;   // after this one
  uint64_t address_ = 0;  // of the next burst
  uint64_t left_ = 0;     // beats of this pass
  uint32_t burst_ = 0;    // beats of the next burst
  uint64_t issued_ = 0;   // beats since reset
  Cycle choose_from_ = 0;
  Cycle idle_ = 0;
  EventLog freed_;
};

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Performance counters, and the commands in flight whose latency they hold.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>

#include "sim/systemc/event_log.h"
#include "sim/systemc/shared.h"

namespace tercet {

class Perf {
 public:
  explicit Perf(const Shared& shared)
      : array_active(shared.clock),
        stall_weights(shared.clock),
        stall_acts(shared.clock),
        stall_output(shared.clock),
        tiles(shared.clock),
        weight_beats(shared.clock),
        act_beats(shared.clock),
        output_beats(shared.clock),
        queue_idle_(shared.clock),
        depth_(shared.timing.in_flight),
        busy_(shared.clock) {}

  Counter array_active;
  Counter stall_weights;
  Counter stall_acts;
  Counter stall_output;
  Counter tiles;
  Counter weight_beats;
  Counter act_beats;
  Counter output_beats;

  /// A command was accepted in `cycle`.
  void started(Cycle cycle) { starts_.push_back(cycle); }

  /// The oldest command's last write response came in `cycle`. Returns the command's first cycle.
  Cycle completed(Cycle cycle);

  bool empty() const { return starts_.empty(); }
  /// The same for the register, which a flush empties a cycle later.
  bool empty_in(Cycle cycle) const { return empty() && cycle >= empty_from_; }
  bool room() const { return starts_.size() < depth_; }

  /// From `cycle` on, commands wait for the firmware and the engine is idle; or no longer so.
  void queue_idle(bool idle, Cycle cycle);

  /// Counter `index` (TERCET_COUNTER_*) as its register holds it in `cycle`.
  uint64_t read(uint32_t index, Cycle cycle);

  /// Zeroes the counters at the end of `cycle`.
  void clear(Cycle cycle);

  /// Forgets the commands in flight at the end of `cycle`, and what was counted ahead of it.
  void flush(Cycle cycle);

 private:
  Counter queue_idle_;
  bool idle_ = false;
  Cycle idle_from_ = 0;
  Cycle empty_from_ = 0;
  size_t depth_;
  Counter busy_;
  std::deque<Cycle> starts_;
  Cycle busy_to_ = 0;  // busy_ has counted the cycles before this one
  uint64_t last_ = 0;  // cycles of the last command
  Cycle cleared_ = 0;
};

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// When the first, second, third ... of a kind of thing happened, as runs of one a cycle; and
// counters that are told of events ahead of time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>

#include "sim/systemc/cycle.h"

namespace tercet {

/// `count` things, one a cycle from `first` on.
struct Run {
  Cycle first = 0;
  uint64_t count = 0;
  Cycle end() const { return first + count; }
};

/// Things are added in order of time, several in a cycle if need be; they may lie in the future.
class EventLog {
 public:
  void add(Cycle first, uint64_t count) {
    if (!runs_.empty() && runs_.back().end() == first) {
      runs_.back().count += count;
    } else {
      runs_.push_back({first, count});
    }
  }

  /// The cycle of the n-th thing, from 1; kNever while it has not been added. `n` never falls.
  Cycle when(uint64_t n) {
    while (!runs_.empty() && n > forgotten_ + runs_.front().count) {
      forgotten_ += runs_.front().count;
      runs_.pop_front();
    }
    return runs_.empty() ? kNever : runs_.front().first + (n - forgotten_ - 1);
  }

  void clear() {
    runs_.clear();
    forgotten_ = 0;
  }

 private:
  std::deque<Run> runs_;
  uint64_t forgotten_ = 0;  // things before runs_
};

/// Counts things that happen in cycles, several in one if there are several ports.
class Counter {
 public:
  explicit Counter(const Clock& clock) : clock_(&clock) {}

  /// `count` things, one a cycle from `first` on, none before those that were added before.
  void add(Cycle first, uint64_t count) {
    if (first < from_) {  // told late, and cleared since
      const uint64_t gone = std::min(count, from_ - first);
      first += gone;
      count -= gone;
    }
    if (count == 0) return;
    if (!runs_.empty() && runs_.back().end() == first) {
      runs_.back().count += count;
      return;
    }
    fold(clock_->now());
    runs_.push_back({first, count});
  }

  /// Those before `cycle`, which is not in the future: what the register holds in it.
  uint64_t read(Cycle cycle) {
    fold(cycle);
    return total_ + part_before(cycle);
  }

  /// The first cycle that counts.
  Cycle from() const { return from_; }

  /// Forgets those up to and including `cycle`.
  void clear(Cycle cycle) {
    fold(cycle + 1);
    total_ = uint64_t{0} - part_before(cycle + 1);
    from_ = cycle + 1;
  }

  /// Forgets those from `cycle` on.
  void cut(Cycle cycle) {
    while (!runs_.empty() && runs_.back().first >= cycle) runs_.pop_back();
    if (!runs_.empty())
      runs_.back().count = std::min(runs_.back().count, cycle - runs_.back().first);
  }

 private:
  void fold(Cycle cycle) {
    while (!runs_.empty() && runs_.front().end() <= cycle) {
      total_ += runs_.front().count;
      runs_.pop_front();
    }
  }

  uint64_t part_before(Cycle cycle) const {
    if (runs_.empty() || runs_.front().first >= cycle) return 0;
    return cycle - runs_.front().first;
  }

  const Clock* clock_;
  Cycle from_ = 0;      // what comes before was cleared
  uint64_t total_ = 0;  // modulo 2^64: a run that was cut by clear() is counted whole later
  std::deque<Run> runs_;
};

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// When the first, second, third ... of a kind of thing happened, as runs of one a cycle.
#pragma once

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

}  // namespace tercet

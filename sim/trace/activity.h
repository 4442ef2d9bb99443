// SPDX-License-Identifier: Apache-2.0
// How busy the engines were, in windows of a fixed number of cycles.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>

#include "sim/trace/trace_sink.h"

namespace tercet {

/// Counts of active cycles. Windows are taken in order of time once nothing can come to them any
/// more; only those not yet taken are held.
class Activity {
 public:
  static constexpr uint64_t kWindow = 1024;  ///< cycles
  using Counts = std::array<uint32_t, kTraceTracks>;

  void add(TraceTrack track, uint64_t first, uint64_t count);

  /// Cycle in which the oldest window held begins.
  uint64_t begin() const { return base_ * kWindow; }
  bool empty() const { return windows_.empty(); }
  /// Takes the oldest window; zeros if nothing has come to it.
  Counts take();
  /// Passes over windows to which nothing has come, up to the one of `cycle`. Only when empty.
  void skip_to(uint64_t cycle) { base_ = std::max(base_, cycle / kWindow); }

  /// Cycles that came too late for their window. Not 0: whoever takes windows takes them too early.
  uint64_t late() const { return late_; }

 private:
  std::deque<Counts> windows_;
  uint64_t base_ = 0;  // windows taken
  uint64_t late_ = 0;
};

}  // namespace tercet

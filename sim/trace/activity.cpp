// SPDX-License-Identifier: Apache-2.0
// Runs of active cycles cut into windows.
#include "sim/trace/activity.h"

#include <algorithm>

namespace tercet {

void Activity::add(TraceTrack track, uint64_t first, uint64_t count) {
  while (count != 0) {
    const uint64_t window = first / kWindow;
    const uint64_t here = std::min(count, (window + 1) * kWindow - first);
    if (window < base_) {
      late_ += here;
    } else {
      if (window - base_ >= windows_.size()) windows_.resize(window - base_ + 1);
      windows_[window - base_][static_cast<size_t>(track)] += static_cast<uint32_t>(here);
    }
    first += here;
    count -= here;
  }
}

Activity::Counts Activity::take() {
  ++base_;
  if (windows_.empty()) return {};
  const Counts counts = windows_.front();
  windows_.pop_front();
  return counts;
}

}  // namespace tercet

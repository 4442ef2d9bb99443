// SPDX-License-Identifier: Apache-2.0
// Bursts, passes and credits of rtl/memory/tercet_read_stream.sv.
#include "sim/systemc/read_stream.h"

#include <algorithm>

namespace tercet {

void ReadStream::start(uint64_t base, uint64_t beats, uint64_t passes, Cycle cycle) {
  base_ = address_ = base;
  pass_beats_ = left_ = beats;
  passes_ = passes - 1;
  choose_from_ = cycle;
  burst_ = shared_.burst_beats(address_, left_);
}

void ReadStream::free(Cycle first, uint64_t count, uint64_t beats) {
  if (beats == 1) return freed_.add(first, count);
  for (uint64_t i = 0; i < count * beats; ++i) freed_.add(first + i / beats, 1);
}

Cycle ReadStream::visible() {
  if (left_ == 0) return kNever;
  Cycle chosen = choose_from_;
  if (issued_ + burst_ > capacity_) {
    const Cycle freed = freed_.when(issued_ + burst_ - capacity_);
    if (freed == kNever) return kNever;
    chosen = std::max(chosen, freed + shared_.timing.credit);
  }
  return chosen + shared_.timing.request;
}

void ReadStream::taken(Cycle cycle) {
  issued_ += burst_;
  address_ += uint64_t{burst_} * shared_.machine.axi_bytes;
  left_ -= burst_;
  choose_from_ = cycle + shared_.timing.request_gap;
  if (left_ == 0 && passes_ > 0) {
    --passes_;
    address_ = base_;
    left_ = pass_beats_;
  }
  if (left_ == 0) {
    idle_ = cycle + shared_.timing.stream_idle;
  } else {
    burst_ = shared_.burst_beats(address_, left_);
  }
}

void ReadStream::flush() {
  left_ = passes_ = 0;
  issued_ = 0;
  idle_ = 0;
  freed_.clear();
}

}  // namespace tercet

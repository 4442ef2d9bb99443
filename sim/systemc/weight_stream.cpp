// SPDX-License-Identifier: Apache-2.0
// The recurrence of rtl/memory/tercet_weight_stream.sv on cycle numbers.
#include "sim/systemc/weight_stream.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "sim/systemc/dma.h"
#include "sim/systemc/sequencer.h"
#include "sim/systemc/trit_decode.h"

namespace tercet {

WeightStream::WeightStream(const sc_core::sc_module_name& name, const Shared& shared)
    : sc_module(name),
      shared_(shared),
      groups_(shared.machine.cols / shared.timing.group_columns),
      column_bytes_(size_t{2} * shared.machine.rows / 8),
      tile_bytes_(column_bytes_ * shared.machine.cols),
      columns_(kTiles * tile_bytes_) {
  SC_HAS_PROCESS(WeightStream);
  SC_METHOD(run);
  sensitive << wake_;
  dont_initialize();
}

void WeightStream::release(Cycle cycle) {
  freed_[released_++ % kTiles] = cycle + shared_.timing.tile_free;
  wake_.notify(sc_core::SC_ZERO_TIME);
}

Cycle WeightStream::valid(uint64_t number) const {
  return number < filled_ ? valid_[number % kTiles] : kNever;
}

void WeightStream::run() {
  const uint64_t filled = filled_;
  const size_t waiting = fifo_.size();
  while (true) {
    if (group_waits_) {
      if (!load_group()) break;
    } else if (!fifo_.empty()) {
      accept();
    } else {
      break;
    }
  }
  if (filled_ != filled) sequencer->changed();
  if (fifo_.size() != waiting) dma->changed();
}

/// Loads the group that waits; false if it is not known when its tile is free.
bool WeightStream::load_group() {
  Cycle load = group_from_;
  if (group_ == 0 && filled_ >= 2) {
    if (released_ < filled_ - 1) return false;
    load = std::max(load, freed_[(filled_ - 2) % kTiles]);
  }
  group_waits_ = false;
  accept_from_ = std::max(accept_from_, load);  // the next beat takes the group's place
  if (++group_ == groups_) {
    group_ = 0;
    valid_[filled_++ % kTiles] = load + shared_.timing.tile_valid;
  }
  return true;
}

/// The next beat leaves the FIFO.
void WeightStream::accept() {
  const WeightBeat& beat = fifo_.front();
  const Cycle cycle = std::max(beat.cycle + shared_.timing.weight_fifo, accept_from_);
  dma->free_weights(cycle, 1);
  accept_from_ = cycle + 1;
  decode(beat);
  held_ += static_cast<uint32_t>(columns_per_beat(beat.packing));
  if (held_ >= shared_.timing.group_columns) {
    held_ -= shared_.timing.group_columns;
    group_waits_ = true;
    group_from_ = cycle + shared_.timing.group;
  }
  if (beat.ends_pass) held_ = decode_column_ = 0;
  fifo_.pop_front();
}

void WeightStream::decode(const WeightBeat& beat) {
  static constexpr uint32_t kMaxBytes = 5 * 2 * 128 / 8;
  std::array<uint8_t, kMaxBytes> decoded;
  const uint8_t* from = beat.data;
  const auto count = static_cast<uint32_t>(columns_per_beat(beat.packing));
  if (from == nullptr) {
    decoded.fill(0);
    from = decoded.data();
  } else if (beat.packing == Packing::kTrit5) {
    decode_trit5_beat(beat.data, shared_.machine.rows, decoded.data());
    from = decoded.data();
  }
  for (uint32_t left = count; left > 0;) {
    const uint32_t part = std::min(left, shared_.machine.cols - decode_column_);
    std::memcpy(&columns_[decode_tile_ % kTiles * tile_bytes_ + decode_column_ * column_bytes_],
                from, part * column_bytes_);
    from += part * column_bytes_;
    left -= part;
    decode_column_ += part;
    if (decode_column_ == shared_.machine.cols) {
      decode_column_ = 0;
      ++decode_tile_;
    }
  }
}

void WeightStream::flush() {
  fifo_.clear();
  accept_from_ = 0;
  held_ = decode_column_ = group_ = 0;
  decode_tile_ = filled_ = released_ = 0;
  group_waits_ = false;
}

}  // namespace tercet

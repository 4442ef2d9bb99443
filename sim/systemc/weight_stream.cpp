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
    : Unit(name, shared),
      group_columns_(shared.timing.group_columns * shared.machine.axi_ports),
      groups_(shared.machine.cols / group_columns_),
      tile_bytes_(shared.tile_weight_bits() * shared.machine.rows / 8 * shared.machine.cols),
      columns_(kTiles * tile_bytes_) {}

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
    } else if (const uint32_t beats = next_word(); beats != 0) {
      accept(beats);
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
  counts.group_loads += shared_.machine.axi_ports;
  accept_from_ = std::max(accept_from_, load);  // the next word takes the group's place
  if (++group_ == groups_) {
    group_ = 0;
    valid_[filled_++ % kTiles] = load + shared_.timing.tile_valid;
  }
  return true;
}

/// The beats that leave the FIFO next, in one cycle: one a port, at the end of a pass those that
/// are left; 0 if not all of them are known.
uint32_t WeightStream::next_word() const {
  const uint32_t ports = shared_.machine.axi_ports;
  for (uint32_t i = 0; i < ports && i < fifo_.size(); ++i) {
    if (i + 1 == ports || fifo_[i].ends_pass) return i + 1;
  }
  return 0;
}

/// The next `beats` beats leave the FIFO: when the last of them can.
void WeightStream::accept(uint32_t beats) {
  const Cycle there = fifo_[beats - 1].cycle + shared_.timing.weight_fifo;
  const Cycle cycle = std::max(there, accept_from_);
  accept_from_ = cycle + 1;
  bool ends_pass = false;
  for (; beats > 0; --beats) {
    const WeightBeat& beat = fifo_.front();
    dma->free_weights(cycle, 1);
    decode(beat);
    ++(beat.packing == Packing::kTrit5 ? counts.trit5_beats : counts.two_bit_beats);
    held_ += static_cast<uint32_t>(half_columns_a_beat(shared_.format, beat.packing));
    ends_pass = beat.ends_pass;
    fifo_.pop_front();
  }
  if (held_ >= 2 * group_columns_) {
    held_ -= 2 * group_columns_;
    group_waits_ = true;
    group_from_ = cycle + shared_.timing.group;
  }
  if (ends_pass) {
    held_ = 0;
    decode_byte_ = 0;
  }
}

/// A baseline's beats, and those of two_bit, are the tile's bytes as they come.
void WeightStream::decode(const WeightBeat& beat) {
  static constexpr uint32_t kMaxBytes = 5 * 2 * 128 / 8;
  std::array<uint8_t, kMaxBytes> decoded;
  const bool trit5 = shared_.format.weight_bits == 0 && beat.packing == Packing::kTrit5;
  const uint8_t* from = dma->weights(beat.address);
  size_t bytes = shared_.machine.axi_bytes;
  if (trit5) bytes = static_cast<size_t>(columns_per_beat(Packing::kTrit5)) * bytes / 4;
  if (from == nullptr) {
    decoded.fill(0);
    from = decoded.data();
  } else if (trit5) {
    decode_trit5_beat(from, shared_.machine.rows, decoded.data());
    from = decoded.data();
  }
  while (bytes > 0) {
    const size_t part = std::min(bytes, tile_bytes_ - decode_byte_);
    std::memcpy(&columns_[decode_tile_ % kTiles * tile_bytes_ + decode_byte_], from, part);
    from += part;
    bytes -= part;
    decode_byte_ += part;
    if (decode_byte_ == tile_bytes_) {
      decode_byte_ = 0;
      ++decode_tile_;
    }
  }
}

void WeightStream::flush() {
  fifo_.clear();
  accept_from_ = 0;
  held_ = group_ = 0;
  decode_byte_ = 0;
  decode_tile_ = filled_ = released_ = 0;
  group_waits_ = false;
}

}  // namespace tercet

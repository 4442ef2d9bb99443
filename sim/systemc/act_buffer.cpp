// SPDX-License-Identifier: Apache-2.0
// Stores beats as bit planes and as bytes.
#include "sim/systemc/act_buffer.h"

#include <algorithm>

#include "sim/systemc/sequencer.h"

namespace tercet {

ActBuffer::ActBuffer(const sc_core::sc_module_name& name, const Shared& shared)
    : sc_module(name),
      shared_(shared),
      rows_(shared.machine.rows),
      beats_(shared.machine.act_sram_beats),
      arrived_(beats_),
      planes_(beats_ * rows_),
      biased_(beats_ * rows_) {}

void ActBuffer::push(Cycle cycle, const uint8_t* data) {
  const uint64_t slot = pushed_++ % beats_;
  arrived_[slot] = cycle;
  uint8_t* planes = &planes_[slot * rows_];
  if (shared_.format.weight_bits != 0) {
    if (data == nullptr) std::fill_n(planes, rows_, uint8_t{0});
    if (data != nullptr) std::copy_n(data, rows_, planes);
    return;
  }
  uint8_t* biased = &biased_[slot * rows_];
  if (data == nullptr) {
    std::fill_n(planes, rows_, uint8_t{0});
    std::fill_n(biased, rows_, uint8_t{128});
  } else {
    to_planes(data, rows_, planes);
    to_biased(data, rows_, biased);
  }
}

void ActBuffer::changed() { sequencer->changed(); }

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Activation SRAM, a ring of beats: read once per n_tile, freed in the last one.
#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "sim/systemc/kernel.h"
#include "sim/systemc/shared.h"

namespace tercet {

class Sequencer;

/// A beat is stored in both forms that the kernel knows. Beats are numbered from reset on. This
/// unit only remembers, so it has no process: when its beats are freed is the sequencer's decision.
class ActBuffer : public sc_core::sc_module {
 public:
  ActBuffer(const sc_core::sc_module_name& name, const Shared& shared);

  Sequencer* sequencer = nullptr;

  /// The next beat of the stream, on the bus in `cycle`; `data` null: no memory is there.
  void push(Cycle cycle, const uint8_t* data);
  /// Beats were pushed.
  void changed();

  /// The cycle from which `beat` may be read; kNever if that is not known.
  Cycle ready(uint64_t beat) const {
    return beat < pushed_ ? arrived_[beat % beats_] + shared_.timing.activation : kNever;
  }

  /// `beat` for the kernel; the next beat of the ring follows.
  TileTokens tokens(uint64_t beat) const {
    return {&planes_[beat % beats_ * rows_], &biased_[beat % beats_ * rows_]};
  }
  /// The bytes of `beat` in a baseline; the token's other beat follows.
  const uint8_t* bytes(uint64_t beat) const { return &planes_[beat % beats_ * rows_]; }
  /// Beats from `beat` on that lie one after the other.
  uint64_t contiguous(uint64_t beat) const { return beats_ - beat % beats_; }

  void flush() { pushed_ = 0; }

 private:
  const Shared& shared_;
  uint32_t rows_;
  uint64_t beats_;
  uint64_t pushed_ = 0;
  std::vector<Cycle> arrived_;   // of each beat
  std::vector<uint8_t> planes_;  // [beats][8][rows / 8]; in a baseline [beats][rows] as they came
  std::vector<uint8_t> biased_;  // [beats][rows]
};

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Weight beats in, weight tiles out: FIFO, decode, regroup, and the array's two tile registers.
#pragma once

#include <cstdint>
#include <deque>
#include <systemc>
#include <vector>

#include "host_driver/layout.h"
#include "sim/counts/engine_counts.h"
#include "sim/systemc/shared.h"

namespace tercet {

class Dma;
class Sequencer;

/// A beat on R. Its bytes are asked for when it leaves the FIFO.
struct WeightBeat {
  Cycle cycle = 0;
  uint64_t address = 0;
  Packing packing = Packing::kTwoBit;
  bool ends_pass = false;  ///< what is left of it is padding
};

/// Works out, word by word (a beat a port), when each leaves the FIFO and, group by group, when
/// each loads. Wakes once a burst and once a tile.
class WeightStream : public Unit {
 public:
  WeightStream(const sc_core::sc_module_name& name, const Shared& shared);

  Dma* dma = nullptr;
  Sequencer* sequencer = nullptr;

  void push(const WeightBeat& beat) { fifo_.push_back(beat); }
  /// Beats were pushed.
  void changed() { wake_.notify(sc_core::SC_ZERO_TIME); }

  /// The oldest tile's last token is in `cycle`; tiles are released in order.
  void release(Cycle cycle);

  /// Tiles are numbered from reset on. The cycle from which tile `number` may be used; kNever if
  /// that is not known.
  Cycle valid(uint64_t number) const;
  /// Columns of a tile that is valid and not released: [cols][2][rows / 8], a baseline's
  /// [cols][rows] weights.
  const uint8_t* columns(uint64_t number) const { return &columns_[number % kTiles * tile_bytes_]; }

  void flush();

  /// Of decode and tile registers, as far as their times are known.
  EngineCounts counts;

 private:
  /// Two tiles in the array, one whose first columns wait in the regrouper, one to spare.
  static constexpr uint64_t kTiles = 4;

  void run() override;
  bool load_group();
  uint32_t next_word() const;
  void accept(uint32_t beats);
  void decode(const WeightBeat& beat);

  uint32_t group_columns_;
  uint32_t groups_;  // a tile
  size_t tile_bytes_;
  std::deque<WeightBeat> fifo_;
  // Regrouping.
  Cycle accept_from_ = 0;     // the next word may leave the FIFO
  uint32_t held_ = 0;         // half columns of an incomplete group
  uint64_t decode_tile_ = 0;  // where the next bytes go
  size_t decode_byte_ = 0;
  // Loading.
  bool group_waits_ = false;  // a group is complete and not loaded
  Cycle group_from_ = 0;      // it may load
  uint32_t group_ = 0;        // of the tile that fills
  uint64_t filled_ = 0;       // tiles
  uint64_t released_ = 0;     // tiles
  Cycle valid_[kTiles] = {};  // of the last tiles that were filled
  Cycle freed_[kTiles] = {};  // of the last tiles that were released
  std::vector<uint8_t> columns_;
};

}  // namespace tercet

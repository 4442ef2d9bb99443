// SPDX-License-Identifier: Apache-2.0
// The tile loops: m_tiles, n_tiles, k_tiles; one token a cycle within a tile.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <systemc>

#include "sim/systemc/perf.h"
#include "sim/systemc/shared.h"

namespace tercet {

class ActBuffer;
class Array;
class Dispatch;
class Dma;
class Output;
class WeightStream;

/// A tile starts when its weights, its activations and (for the first k_tile) a drained accumulator
/// bank are there; within a tile nothing can stall. Each wake starts all tiles whose start is
/// known, which may lie ahead of SystemC's time.
class Sequencer : public Unit {
 public:
  Sequencer(const sc_core::sc_module_name& name, const Shared& shared, Perf& perf);

  ActBuffer* act_buffer = nullptr;
  Array* array = nullptr;
  Dispatch* dispatch = nullptr;
  Dma* dma = nullptr;
  Output* output = nullptr;
  WeightStream* weight_stream = nullptr;

  /// A command that was accepted in work.start.
  void push(const Work& work);
  /// The cycle from which the queue has room for another command; kNever if that is not known.
  Cycle queue_room_from() const;

  /// Weights or activations have come.
  void changed() { wake_.notify(sc_core::SC_ZERO_TIME); }
  /// The last row of `bank` was read in `cycle`.
  void bank_drained(uint32_t bank, Cycle cycle);

  /// Counts the stalls of the tile that waits, up to `cycle`.
  void count_stalls(Cycle cycle);
  void flush();

  /// What the next tile waits for; empty if there is no command.
  const char* waits_for() const;

 private:
  /// From when on the next tile has what it needs; kNever where that is not known.
  struct Needs {
    Cycle bank;
    Cycle weights;
    Cycle acts;
  };

  void run() override;
  bool load_command();
  Needs needs() const;
  void fire(Cycle start);
  void end_n_tile(Cycle last);
  void trace_n_tile(Cycle last);

  Perf& perf_;
  std::deque<Work> queue_;
  uint64_t pushed_ = 0;                // commands
  uint64_t loaded_ = 0;                // commands
  std::array<Cycle, 4> load_cycle_{};  // of the last commands
  // The command at work.
  bool active_ = false;
  Work work_;
  uint64_t m_left_ = 0;  // tokens from this m_tile on
  uint32_t rows_ = 0;    // tokens of this m_tile
  uint64_t n_ = 0;
  uint64_t k_ = 0;
  uint64_t base_ = 0;     // activation beat of this m_tile's first token
  uint64_t out_ = 0;      // address of this n_tile's outputs
  uint64_t n_tiles_ = 0;  // finished, of this command
  Cycle n_tile_begin_ = 0;
  uint64_t tile_ = 0;    // of the weight stream
  Cycle from_ = 0;       // the next tile may start; waiting since
  Cycle counted_ = 0;    // stalls are counted before this cycle
  Cycle last_fire_ = 0;  // of the command before
  uint32_t bank_ = 0;
  std::array<Cycle, 2> bank_from_{};  // bank may be filled
};

}  // namespace tercet

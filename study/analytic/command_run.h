// SPDX-License-Identifier: Apache-2.0
// A command's loops, beats and bursts, and its time line, an output tile at a time:
// docs/analytic.md.
#pragma once

#include "host_driver/driver.h"
#include "sim/element_format.h"
#include "sim/systemc/timing_table.h"
#include "study/analytic/memory_flow.h"

namespace tercet {

/// Everything in double: products of it are far below 2^53.
struct CommandShape {
  CommandShape(const tercet_config& machine, const Gemm& gemm,
               const ElementFormat& format = kTernary);

  double n_tiles = 0;
  double k_tiles = 0;
  double passes = 0;     ///< over the weights: m_tiles
  double rows = 0;       ///< tokens of an m_tile
  double last_rows = 0;  ///< of the last m_tile
  double ports = 1;
  double token_beats = 1;       ///< activation beats of a token's k_tile
  double tile_beats = 0;        ///< weight beats a tile
  double pass_beats = 0;        ///< weight beats a pass, padding included
  double row_output_beats = 0;  ///< output beats of a token in an n_tile
  double burst = 0;             ///< beats of a full burst
  double outstanding = 0;       ///< bursts a stream
  double fifo = 0;              ///< weight beats under way and in the FIFO
  double held = 0;              ///< weight beats past the FIFO: two tiles and a group
  double group = 0;             ///< words of the FIFO a group of columns
  double sram = 0;              ///< activation beats on chip
  double tree = 0;              ///< cycles from a token to its sums past the ternary columns' one

  double weights() const { return passes * pass_beats; }
  double tokens() const { return (passes - 1) * rows + last_rows; }
  double activations() const { return tokens() * k_tiles * token_beats; }
  double outputs() const { return tokens() * n_tiles * row_output_beats; }
  /// Cycles in which a tile leaves the FIFO.
  double tile_words() const { return tile_beats / ports; }
  /// Bursts of a pass, and beats of its average burst.
  double pass_bursts() const;
  double mean_burst() const { return pass_beats / pass_bursts(); }
  /// Weight beats in the first `bursts` bursts of the command.
  double beats_of(double bursts) const;
  /// Bursts before the one that brings weight beat `beat`.
  double bursts_before(double beat) const;
};

/// What the loops through the memory allow: a burst's place is free again when its last beat has
/// come, its credits when its last beat has left the FIFO.
struct StreamLoops {
  StreamLoops(const CommandShape& shape, const MemoryRates& memory, const TimingTable& timing);

  double weight_beat = 1;      ///< cycles a weight beat when it is alone
  double activation_beat = 1;  ///< the same of activations
  double ahead = 0;            ///< beats asked for beyond those that the latency needs
};

/// Cycles since the command was accepted. Each output tile ends at the latest of a few bounds; the
/// regular middle of a long command is taken in one step, so the work is bounded.
class CommandRun {
 public:
  /// The arguments must outlive the run. `start`: the machine's cycle in which it is accepted.
  CommandRun(const CommandShape& shape, const MemoryRates& memory, double start);

  void run();

  double started() const { return started_; }    ///< the first token enters the array
  double computed() const { return computed_; }  ///< the last one has left it
  double written() const { return written_; }    ///< the last write response
  double fetched() const;                        ///< the last read burst is requested

 private:
  struct Pass {
    double number;
    double rows;
    double before;  // activation beats of the passes before
    double first;   // weight beat of its first tile
  };

  double weight_at(double beat) const;
  double activation_at(double beat) const;
  double delayed(double time) const;
  double first_tile(const Pass& pass);
  void fifo_chain(double begin, double rows);
  void output_tile(const Pass& pass, double n);
  void write_out(double rows);
  bool fetched_ahead(const Pass& pass) const;
  void move_on(double cycles);

  const CommandShape& shape_;
  const MemoryRates& memory_;
  TimingTable timing_;
  double start_;
  double first_beat_;
  double weight_latency_;  // beat on the bus -> its tile may be used
  StreamLoops loops_;
  MemoryFlow flow_;
  double started_ = 0;
  double computed_ = 0;
  double written_ = 0;
  double before_ = 0;        // activation beats of the passes before
  double last_write_ = 0;    // last beat on W of the last job
  double second_write_ = 0;  // and of the job before it
  // The FIFO's bound: chains of tiles that began one, two, or more n_tiles ago.
  double chain_ = 0;
  double young_chain_[2] = {};
};

}  // namespace tercet

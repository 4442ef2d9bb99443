// SPDX-License-Identifier: Apache-2.0
// A command's time line, an output tile at a time: docs/analytic.md.
#pragma once

#include "sim/systemc/timing_table.h"
#include "study/analytic/command_shape.h"
#include "study/analytic/memory_flow.h"
#include "study/analytic/memory_rates.h"

namespace tercet {

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

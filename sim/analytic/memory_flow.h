// SPDX-License-Identifier: Apache-2.0
// Beats as a fluid: what a memory delivers while credits, writes and refreshes limit it.
#pragma once

#include <array>
#include <limits>

#include "sim/analytic/memory_rates.h"

namespace tercet {

/// How many beats of a stream may have come by a time: `beats`, and from `from` on `rate` more a
/// cycle, `total` at most.
struct FlowLimit {
  double beats = 0;
  double from = 0;
  double rate = 0;
  double total = 0;

  double at(double time) const;
};

/// Cycles are those of the command, beats are counted from its start. Time only goes forward, from
/// event to event: a few for each output tile.
class MemoryFlow {
 public:
  static constexpr double kNever = std::numeric_limits<double>::infinity();

  /// What the command makes of the memory.
  struct Traits {
    double weight_beat = 1;      ///< cycles a weight beat when alone: rate or latency bound
    double activation_beat = 1;  ///< the same of activations
    double ahead = 0;            ///< beats that the DRAM can be ahead of the bus
    double ports = 1;
    double start = 0;  ///< the machine's cycle in which the command was accepted
  };

  MemoryFlow(const MemoryRates& rates, const Traits& traits, double first_beat);

  FlowLimit weight_limit;
  FlowLimit activation_limit;

  /// Output beats reach the memory from `begin` on, `beats` in `cycles`. In order of time.
  void write(double begin, double beats, double cycles);

  /// Goes on to `time`, and at least until so many weights and activations have come.
  void run(double weights, double activations, double time);

  /// Moves everything on by `cycles` in which `weights` and `activations` come.
  void skip(double cycles, double weights, double activations);

  double time() const { return time_; }
  double weights() const { return weights_; }
  double activations() const { return activations_; }
  /// When the targets of the last run() were met; the run's begin if they were before.
  double weights_at() const { return weights_at_; }
  double activations_at() const { return activations_at_; }
  /// Written beats that are not stored.
  double backlog() const { return backlog_; }

 private:
  struct Write {
    double begin = kNever;
    double end = kNever;
    double rate = 0;
  };
  struct Rates {
    double weights = 0;
    double activations = 0;
    double dram = 0;     // reads
    double arrival = 0;  // writes
    double drain = 0;    // writes
  };

  Rates rates() const;
  void choose_mode();
  double step(const Rates& now, double weights, double activations, double time) const;
  bool refreshing() const { return refresh_end_ > time_ + 1e-6; }
  void pass_events();

  const MemoryRates& mem_;
  Traits traits_;
  double time_;
  double weights_ = 0;
  double activations_ = 0;
  double weights_at_ = 0;
  double activations_at_ = 0;
  double ahead_ = 0;
  double backlog_ = 0;
  bool writing_ = false;
  double waited_ = 0;      // beats read while writes waited
  double down_until_ = 0;  // the data bus turns round
  double refresh_next_ = kNever;
  double refresh_end_ = 0;
  std::array<Write, 4> writes_;  // a ring: those that have not ended
  unsigned write_head_ = 0;
  unsigned write_tail_ = 0;
};

}  // namespace tercet

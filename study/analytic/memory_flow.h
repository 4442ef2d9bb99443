// SPDX-License-Identifier: Apache-2.0
// Beats as a fluid: what a DRAM type gives a machine's bus while credits, writes and refreshes
// limit it. Latencies and rates are in cycles of the machine.
#pragma once

#include <array>
#include <limits>

#include "sim/dram/dram_config.h"
#include "tercet_hw.h"

namespace tercet {

/// A DRAM seen from the machine's AXI ports. An ideal memory has no data bus that could be full and
/// no refresh.
struct MemoryRates {
  MemoryRates(const tercet_config& machine, const DramConfig& dram);

  double first_read = 0;      ///< AR -> first beat on R, all rows closed
  double next_read = 0;       ///< AR -> first beat on R, in an open row
  double write_answer = 0;    ///< last beat on W -> B, with room in the write queue
  double read_beat = 1;       ///< cycles a beat of a linear read stream takes, all ports
  double data_beat = 0;       ///< cycles a beat keeps the DRAM's data buses busy; 0: ideal
  double turn = 0;            ///< cycles from reads to writes and back without data
  double high_writes = 0;     ///< waiting written beats that end the reads' turn
  double low_writes = 0;      ///< waiting written beats at which the writes' turn ends
  double least_writes = 0;    ///< beats written before a mark ends the writes' turn
  double turn_reads = 1;      ///< beats read before a waiting write gets its turn
  double write_buffer = 0;    ///< beats that the write queues hold
  double refresh_period = 0;  ///< cycles between refreshes; 0: none
  double refresh_cost = 0;    ///< cycles in which a refresh keeps a linear stream from the data bus

  bool ideal() const { return data_beat == 0; }
  /// Share of the time that refreshes leave.
  double available() const {
    return refresh_period == 0 ? 1.0 : 1.0 - refresh_cost / refresh_period;
  }
};

/// How many beats of a stream may have come by a time: `beats`, and from `from` on `rate` more a
/// cycle, `total` at most.
struct FlowLimit {
  double beats = 0;
  double from = 0;
  double rate = 0;
  double total = 0;

  double at(double time) const;
  /// Its slope at `time`.
  double growth(double time) const;
};

/// Rates are constant between events: a stream meets its credits or its target, a write begins or
/// ends, the data bus turns, a refresh. A handful of events an output tile. Time is that of beats
/// on the bus; what the DRAM does is shifted by its latency. Cycles and beats are counted from the
/// command's start.
class MemoryFlow {
 public:
  struct Traits {
    double weight_beat = 1;      ///< cycles a weight beat when alone, by rate or by latency
    double activation_beat = 1;  ///< the same of activations
    double ahead = 0;  ///< beats that the DRAM can be ahead of the bus; 0: latency bounds the rate
    double start = 0;  ///< the machine's cycle in which the command was accepted
  };

  /// `rates` must outlive the flow.
  MemoryFlow(const MemoryRates& rates, const Traits& traits, double first_beat);

  FlowLimit weight_limit;
  FlowLimit activation_limit;

  /// `beats` are written from `begin` on, in `cycles`. In order of time, and not before time().
  void write(double begin, double beats, double cycles);

  /// Goes on to `time`, and at least until so many weights and activations have come. Throws Error
  /// if the limits never allow that.
  void run(double weights, double activations, double time);

  /// Moves everything on by `cycles` in which `weights` and `activations` come and all else
  /// repeats.
  void skip(double cycles, double weights, double activations);

  double time() const { return time_; }
  double activations() const { return activations_; }
  /// When the targets of the last run() were met; that run's begin if they were met before.
  double weights_at() const { return weights_at_; }
  double activations_at() const { return activations_at_; }
  /// Written beats that are not stored.
  double backlog() const { return backlog_; }

 private:
  struct Write {
    double begin = 0;
    double end = 0;
    double rate = 0;
  };
  struct Rates {
    double weights = 0;
    double activations = 0;
    double dram = 0;     // beats read, on the DRAM's side
    double arrival = 0;  // beats written, on the bus
    double drain = 0;    // beats written, on the DRAM's side
  };

  bool up() const;
  double most_ahead() const;
  void pass_events();
  bool drain_over() const;
  void choose_direction();
  Rates rates() const;
  void share(double bus, Rates* now) const;
  double next_event(const Rates& now, double weights, double activations, double time) const;
  void advance(const Rates& now, double cycles);

  const MemoryRates& memory_;
  Traits traits_;
  double time_;
  double weights_ = 0;
  double activations_ = 0;
  double weights_at_ = 0;
  double activations_at_ = 0;
  double ahead_ = 0;    // beats read that the bus has not moved
  double backlog_ = 0;  // beats written that are not stored
  double waited_ = 0;   // beats read while writes waited
  double drained_ = 0;  // beats written in this turn
  bool writing_ = false;
  double down_until_ = 0;  // the data bus turns
  double disturbed_ = -std::numeric_limits<double>::infinity();
  double refresh_next_ = std::numeric_limits<double>::infinity();
  double refresh_end_ = 0;
  std::array<Write, 64> writes_;  // a ring of those that have not ended
  unsigned write_head_ = 0;
  unsigned write_tail_ = 0;
};

}  // namespace tercet

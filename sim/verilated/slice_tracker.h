// SPDX-License-Identifier: Apache-2.0
// Turns what the RTL's registers and ports show, cycle by cycle, into slices of a timeline.
#pragma once

#include <cstdint>
#include <deque>

#include "sim/trace/trace_sink.h"

namespace tercet {

/// Registers and ports of tercet_top in one cycle, by the names they have in rtl/.
struct EngineSignals {
  bool flush = false;      ///< the engine drops its commands
  uint32_t started = 0;    ///< u_csr.started_q
  uint32_t completed = 0;  ///< u_csr.completed_q
  bool fire = false;       ///< a token entered the array in the cycle before
  bool first = false;      ///< it began or went on with the first k_tile
  uint32_t token = 0;
  bool job_valid = false;  ///< an n_tile's last token was fired two cycles before
  bool job_last = false;   ///< of the command
  bool announced = false;  ///< u_output.announced_q: from the cycle after a job was seen to its end
  bool arvalid = false;
  bool arready = false;
  bool arid_weight = false;
  bool arid_mover = false;
  uint64_t araddr = 0;
  bool r = false;  ///< a beat is taken
  bool rlast = false;
  bool awvalid = false;
  bool aw_mover = false;  ///< the mover's
  bool awready = false;
  uint64_t awaddr = 0;
  bool w = false;  ///< a beat is taken
  bool wlast = false;
};

/// Only registers are looked at, so a slice is told when its end has reached one: up to two cycles
/// late.
class SliceTracker {
 public:
  explicit SliceTracker(TraceSink& sink) : sink_(sink) {}

  /// To be called in every cycle from reset on, with what the clock edge at its end sees.
  void observe(uint64_t cycle, const EngineSignals& s);

  /// A register access took the cycles [begin, end).
  void register_access(uint32_t offset, uint64_t begin, uint64_t end) {
    sink_.slice({TraceTrack::kHost, "csr", 0, offset, begin, end});
  }

 private:
  struct Job {
    uint64_t command = 0;
    uint64_t index = 0;  // n_tile
  };
  struct Burst {
    const char* name = "";
    uint64_t command = 0;
    uint64_t address = 0;
  };

  /// Those of one direction.
  struct Bursts {
    std::deque<Burst> waiting;  // for beats
    bool begun = false;         // the oldest: some have come
    uint64_t begin = 0;         // cycle of its first
  };

  void drop();
  void read(uint64_t cycle, const EngineSignals& s);
  void commands(uint64_t cycle, const EngineSignals& s);
  void array(uint64_t cycle, const EngineSignals& s);
  void output(uint64_t cycle, const EngineSignals& s);
  void write_address(const EngineSignals& s);
  void beat(TraceTrack track, uint64_t cycle, bool last, Bursts& bursts);

  TraceSink& sink_;
  // Commands: numbers since reset, cycles of acceptance of those in flight.
  uint32_t started_ = 0;
  uint32_t completed_ = 0;
  std::deque<uint64_t> starts_;
  // Reads.
  bool ar_stalled_ = false;
  Bursts reads_;
  // The n_tile at work.
  Job n_tile_;
  uint64_t n_tile_begin_ = 0;
  // Output stage.
  std::deque<Job> jobs_;
  bool announced_ = false;
  uint64_t job_begin_ = 0;
  bool aw_stalled_ = false;
  Bursts writes_;
};

}  // namespace tercet

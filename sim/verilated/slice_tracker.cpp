// SPDX-License-Identifier: Apache-2.0
// Follows commands, n_tiles, jobs and bursts through the machine.
#include "sim/verilated/slice_tracker.h"

namespace tercet {

void SliceTracker::observe(uint64_t cycle, const EngineSignals& s) {
  read(cycle, s);
  if (s.flush) {
    drop();
    write_address(s);
  } else {
    commands(cycle, s);
    array(cycle, s);
    output(cycle, s);
  }
  if (s.w) beat(TraceTrack::kDmaWrite, cycle, s.wlast, writes_);
  announced_ = s.announced;
}

/// The bus is quiet when the engine drops its commands, but for the mover: no burst is cut.
void SliceTracker::drop() {
  starts_.clear();
  jobs_.clear();
  n_tile_ = {};
}

/// A burst belongs to the newest command: the streams take the next one when all bursts are out.
void SliceTracker::read(uint64_t cycle, const EngineSignals& s) {
  if (s.arvalid && !ar_stalled_) {
    if (s.arid_mover) {
      reads_.waiting.push_back({"mover", 0, s.araddr});
    } else {
      reads_.waiting.push_back({s.arid_weight ? "weights" : "activations", started_ - 1, s.araddr});
    }
  }
  ar_stalled_ = s.arvalid && !s.arready;
  if (s.r) beat(TraceTrack::kDmaRead, cycle, s.rlast, reads_);
}

/// A beat of the oldest of `bursts`.
void SliceTracker::beat(TraceTrack track, uint64_t cycle, bool last, Bursts& bursts) {
  sink_.active(track, cycle, 1);
  if (!bursts.begun) bursts.begin = cycle;
  bursts.begun = !last;
  if (!last) return;
  const Burst& burst = bursts.waiting.front();
  sink_.slice({track, burst.name, burst.command, burst.address, bursts.begin, cycle + 1});
  bursts.waiting.pop_front();
}

/// The counters show in this cycle what happened in the one before; a reset clears them.
void SliceTracker::commands(uint64_t cycle, const EngineSignals& s) {
  if (s.started == started_ + 1) starts_.push_back(cycle - 1);
  if (s.completed == completed_ + 1) {
    sink_.slice({TraceTrack::kHost, "gemm", completed_, 0, starts_.front(), cycle});
    starts_.pop_front();
  }
  started_ = s.started;
  completed_ = s.completed;
}

/// The end of an n_tile shows two cycles late, a token one: in this order.
void SliceTracker::array(uint64_t cycle, const EngineSignals& s) {
  if (s.job_valid) {
    sink_.slice(
        {TraceTrack::kArray, "n_tile", n_tile_.command, n_tile_.index, n_tile_begin_, cycle - 1});
    jobs_.push_back(n_tile_);
    n_tile_ = s.job_last ? Job{n_tile_.command + 1, 0} : Job{n_tile_.command, n_tile_.index + 1};
  }
  if (!s.fire) return;
  sink_.active(TraceTrack::kArray, cycle - 1, 1);
  if (s.first && s.token == 0) n_tile_begin_ = cycle - 1;
}

void SliceTracker::output(uint64_t cycle, const EngineSignals& s) {
  if (s.announced && !announced_) job_begin_ = cycle - 1;
  write_address(s);
  if (s.announced || !announced_) return;
  const Job& job = jobs_.front();
  sink_.slice({TraceTrack::kOutput, "job", job.command, job.index, job_begin_, cycle});
  jobs_.pop_front();
}

/// Announced in this cycle at the latest, so the job is still there.
void SliceTracker::write_address(const EngineSignals& s) {
  if (s.awvalid && !aw_stalled_) {
    writes_.waiting.push_back(s.aw_mover ? Burst{"mover", 0, s.awaddr}
                                         : Burst{"write", jobs_.front().command, s.awaddr});
  }
  aw_stalled_ = s.awvalid && !s.awready;
}

}  // namespace tercet

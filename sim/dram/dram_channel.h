// SPDX-License-Identifier: Apache-2.0
// One channel: its clock, its commands, its queues, its banks and the FR-FCFS scheduler that turns
// bursts into commands.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <numeric>

#include "sim/dram/dram_config.h"
#include "sim/dram/dram_map.h"
#include "sim/dram/dram_stats.h"
#include "sim/dram/dram_timers.h"
#include "sim/dram/dram_transfer.h"
#include "sim/dram/dram_window.h"

namespace tercet {

/// The exact ratio of two clocks: the machine's and the DRAM's command clock. Both clocks have an
/// edge 0 at the same moment and no drift: edge k of the DRAM is k·num/den cycles of the machine
/// after it, as a fraction of integers. Good for 2^64 / max(num, den) cycles (two million seconds
/// at 1 GHz and 8533 MT/s).
class DramClock {
 public:
  /// Both in kHz, > 0.
  DramClock(uint32_t machine_khz, uint32_t dram_khz)
      : num_(machine_khz / std::gcd(machine_khz, dram_khz)),
        den_(dram_khz / std::gcd(machine_khz, dram_khz)) {}

  /// The first machine cycle that does not begin before edge `k` of the DRAM.
  uint64_t to_machine(uint64_t k) const { return (k * num_ + den_ - 1) / den_; }

  /// The last edge of the DRAM that is not after the begin of machine cycle `cycle`.
  uint64_t to_dram(uint64_t cycle) const { return cycle * den_ / num_; }

 private:
  uint64_t num_;
  uint64_t den_;
};

enum class DramOp : uint8_t { kActivate, kPrecharge, kPrechargeAll, kRead, kWrite, kRefresh };

/// As it goes over a channel's command bus; for traces and their checks.
struct DramCommand {
  DramOp op = DramOp::kActivate;
  uint32_t channel = 0;
  uint32_t bank = 0;   ///< within the channel; 0 for kPrechargeAll and kRefresh
  uint32_t row = 0;    ///< of kActivate, kRead and kWrite
  uint64_t cycle = 0;  ///< of the command clock
  uint64_t block = 0;  ///< of kRead and kWrite: address / burst_bytes
};

/// Called for each command; in order of time within a channel, channel by channel across them.
using DramTraceHook = std::function<void(const DramCommand&)>;

/// What all channels of a model share; owned by the model.
struct DramShared {
  DramShared(const DramConfig& dram, uint32_t machine_khz, uint64_t back)
      : config(dram), map(dram.org), clock(machine_khz, dram.clock_khz), back_cycles(back) {}

  DramConfig config;
  DramMap map;
  DramClock clock;
  uint64_t back_cycles;           ///< machine cycles from the end of the data to the port
  std::array<DramRing, 2> rings;  ///< [0] reads, [1] writes
  DramTraceHook trace;            ///< may be empty
};

/// Works in events: a decision is taken when a burst enters a queue, a command goes out or a
/// refresh comes due, and depends on nothing later. So the schedule is a function of the arrivals
/// alone.
class DramChannel {
 public:
  DramChannel(DramShared& shared, uint32_t index);

  /// Does all that happens up to and including command cycle `target`.
  void run(uint64_t target) {
    if (wake_ <= target) work(target);
  }

  /// Nothing happens before this command cycle unless a request comes.
  uint64_t wake() const { return wake_; }

  /// A request was put into a ring; the channels see it from command cycle `visible` on.
  void notify(uint64_t visible) {
    if (visible < wake_) wake_ = visible;
  }

  /// Adds this channel's counts as they are after `target`, the last argument of run().
  void add_stats(DramStats& sum, uint64_t target) const;

  bool quiet() const { return windows_[0].empty() && windows_[1].empty(); }

 private:
  enum class Action : uint8_t { kOp, kRefreshDue, kNone };
  struct Step {
    uint64_t cycle = kDramNever;
    Action action = Action::kNone;
    DramOp op = DramOp::kRead;
    uint32_t bank = 0;
    bool oldest = false;  ///< a column command for the oldest of all hits
  };
  /// The part of a request that has not entered the queue yet.
  struct Cursor {
    uint64_t next = 0;   ///< number of the request after this one
    uint64_t slot = 0;   ///< next burst
    uint64_t end = 0;    ///< one after the last
    uint64_t piece = 0;  ///< of the next burst in its request
    uint64_t visible = kDramNever;
    DramTransfer* transfer = nullptr;
    DramPlace place;  ///< of the first slot with the next burst's row
  };

  void work(uint64_t target);
  void fetch(bool write);
  template <bool kWrite>
  void take_arrivals();
  uint64_t next_arrival(bool write) const;
  void choose_direction();
  void next_step(Step& step) const;
  void refresh_step(Step& step) const;
  void best_column(Step& best) const;
  void best_row(const DramWindow& window, Step& best) const;
  void issue(const Step& step);
  template <bool kWrite>
  void issue_column(const Step& step);
  void issue_refresh();
  bool skip_refreshes(uint64_t limit);
  void rows_changed(uint32_t bank, uint32_t row);
  void finish(DramTransfer& transfer, uint32_t piece, uint64_t cycle);
  void trace(DramOp op, uint32_t bank, uint32_t row, uint64_t cycle, uint64_t slot) const {
    if (shared_.trace) emit_trace(op, bank, row, cycle, slot);
  }
  void emit_trace(DramOp op, uint32_t bank, uint32_t row, uint64_t cycle, uint64_t slot) const;

  DramShared& shared_;
  const DramTiming t_;
  const DramPolicy policy_;
  const DramMap map_;
  const DramClock clock_;
  const uint64_t back_cycles_;
  const uint32_t index_;
  DramTimers timers_;
  std::array<DramWindow, 2> windows_;  // [0] reads, [1] writes
  std::array<Cursor, 2> cursors_;
  uint64_t now_ = 0;        // of the last event
  uint64_t wake_ = 0;       // of the next one
  uint64_t hits_from_ = 0;  // no hit of the present direction has a lower order
  uint64_t refresh_due_;
  bool refreshing_ = false;  // due, and the refresh command is not out yet
  bool writing_ = false;
  uint32_t turn_ = 0;      // bursts since the direction changed
  uint32_t waited_ = 0;    // those of them for which the other direction waited
  uint32_t conflict_ = 0;  // banks that were closed for another row
  uint32_t fresh_ = 0;     // banks activated and not accessed yet
  uint32_t fresh_conflict_ = 0;
  DramStats stats_;
};

}  // namespace tercet

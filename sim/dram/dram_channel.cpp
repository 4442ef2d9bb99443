// SPDX-License-Identifier: Apache-2.0
// The slow side of a channel: next request, refresh, trace and counts. See dram_scheduler.cpp.
#include "sim/dram/dram_channel.h"

#include <algorithm>

namespace tercet {

DramChannel::DramChannel(DramShared& shared, uint32_t index)
    : shared_(shared),
      t_(shared.config.timing),
      policy_(shared.config.policy),
      map_(shared.map),
      clock_(shared.clock),
      back_cycles_(shared.back_cycles),
      index_(index),
      timers_(t_, shared.config.org, policy_.split_bus),
      windows_{DramWindow(policy_.queue, policy_.hit_cap),
               DramWindow(policy_.queue, policy_.hit_cap)},
      wake_(t_.refi),
      refresh_due_(t_.refi) {}

/// Goes on to the next request that has bursts in this channel.
void DramChannel::fetch(bool write) {
  Cursor& cursor = cursors_[write];
  DramRing& ring = shared_.rings[write];
  while (cursor.slot == cursor.end) {
    cursor.visible = kDramNever;
    if (cursor.next == ring.tail()) return;
    cursor.transfer = &ring.at(cursor.next++);
    const uint64_t first = cursor.transfer->first_block;
    cursor.slot = map_.slots_below(first, index_);
    cursor.end = map_.slots_below(first + cursor.transfer->pieces, index_);
    cursor.visible = cursor.transfer->visible;
    cursor.piece = map_.block(cursor.slot, index_) - first;
    cursor.place = map_.place(cursor.slot & ~map_.run_mask());
  }
}

void DramChannel::refresh_step(Step& step) const {
  step.action = Action::kOp;
  if (timers_.open_banks() != 0) {
    step.op = DramOp::kPrechargeAll;
    step.cycle = std::max(now_, timers_.precharge_all_at());
  } else {
    step.op = DramOp::kRefresh;
    step.cycle = std::max(now_, timers_.refresh_at());
  }
}

void DramChannel::issue_refresh() {
  timers_.refresh(now_);
  trace(DramOp::kRefresh, 0, 0, now_, 0);
  refreshing_ = false;
  refresh_due_ += t_.refi;
  ++stats_.refreshes;
  stats_.refresh_cycles += t_.rfc;
}

/// With nothing to do and all rows closed, a refresh goes out the cycle it is due: no need to step
/// through those before the last.
bool DramChannel::skip_refreshes(uint64_t limit) {
  if (!quiet() || timers_.open_banks() != 0 || timers_.refresh_at() > refresh_due_) return false;
  if (limit <= refresh_due_ || limit - refresh_due_ <= t_.refi) return false;
  const uint64_t skipped = shared_.trace ? 0 : (limit - refresh_due_) / t_.refi - 1;
  stats_.refreshes += skipped;
  stats_.refresh_cycles += skipped * t_.rfc;
  refresh_due_ += skipped * t_.refi;
  now_ = refresh_due_;
  issue_refresh();
  return true;
}

void DramChannel::rows_changed(uint32_t bank, uint32_t row) {
  windows_[0].row_changed(bank, row);
  windows_[1].row_changed(bank, row);
  hits_from_ = 0;
}

void DramChannel::emit_trace(DramOp op, uint32_t bank, uint32_t row, uint64_t cycle,
                             uint64_t slot) const {
  const bool column = op == DramOp::kRead || op == DramOp::kWrite;
  const uint64_t block = column ? map_.block(slot, index_) : 0;
  shared_.trace({op, index_, bank, row, cycle, block});
}

// Times are kept as (sum of ends) - (sum of begins), modulo 2^64; what still lasts ends at target.
void DramChannel::add_stats(DramStats& sum, uint64_t target) const {
  const uint64_t queued = windows_[0].size() + windows_[1].size();
  sum.activates += stats_.activates;
  sum.precharges += stats_.precharges;
  sum.reads += stats_.reads;
  sum.writes += stats_.writes;
  sum.refreshes += stats_.refreshes;
  sum.row_hits += stats_.reads + stats_.writes - stats_.row_misses - stats_.row_conflicts;
  sum.row_misses += stats_.row_misses;
  sum.row_conflicts += stats_.row_conflicts;
  sum.read_requests += stats_.read_requests;
  sum.write_requests += stats_.write_requests;
  sum.read_latency += stats_.read_latency;
  sum.write_latency += stats_.write_latency;
  sum.bytes_read += stats_.bytes_read;
  sum.bytes_written += stats_.bytes_written;
  sum.channel_cycles += target;
  sum.data_cycles += (stats_.reads + stats_.writes) * t_.burst;
  sum.queued_cycles += stats_.queued_cycles + (queued != 0 ? target : 0);
  sum.open_cycles += stats_.open_cycles + (timers_.open_banks() != 0 ? target : 0);
  sum.refresh_cycles += stats_.refresh_cycles;
  sum.occupancy += stats_.occupancy + target * queued;
  sum.turnarounds += stats_.turnarounds;
}

}  // namespace tercet

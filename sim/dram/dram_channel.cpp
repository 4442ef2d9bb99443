// SPDX-License-Identifier: Apache-2.0
// The scheduler: first-ready first-come-first-served, open page, write drains, all-bank refresh.
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

inline void DramChannel::finish(DramTransfer& transfer, uint32_t piece, uint64_t cycle) {
  transfer.finish_piece(piece, clock_.to_machine(cycle) + back_cycles_);
  if (!transfer.complete()) return;
  const bool write = transfer.request.write;
  const uint64_t latency = transfer.last_cycle - transfer.arrival;
  ++(write ? stats_.write_requests : stats_.read_requests);
  (write ? stats_.write_latency : stats_.read_latency) += latency;
  (write ? stats_.bytes_written : stats_.bytes_read) += transfer.request.bytes;
}

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

template <bool kWrite>
inline void DramChannel::take_arrivals() {
  Cursor& cursor = cursors_[kWrite];
  DramWindow& window = windows_[kWrite];
  while (cursor.visible <= now_ && !window.full()) {
    if (quiet()) stats_.queued_cycles -= now_;
    stats_.occupancy -= now_;
    const uint32_t bank = cursor.place.bank | map_.spread_bank(cursor.slot);
    DramEntry& entry = window.insert(cursor.place.row, bank, timers_.open_row(bank));
    entry.order = order_++;
    entry.slot = cursor.slot;
    entry.transfer = cursor.transfer;
    entry.piece = static_cast<uint16_t>(cursor.piece);
    if (kWrite && policy_.posted_writes) finish(*cursor.transfer, entry.piece, now_);
    if (++cursor.slot == cursor.end) {
      fetch(kWrite);
    } else {
      cursor.piece += map_.block_step(cursor.slot);
      if ((cursor.slot & map_.run_mask()) == 0) cursor.place = map_.place(cursor.slot);
    }
  }
}

inline DramChannel::Step DramChannel::best_column() const {
  const DramWindow& window = windows_[writing_];
  const uint64_t first = std::max(now_, timers_.any_column_at(writing_));
  Step best;
  uint64_t best_order = kDramNever;
  for (uint32_t banks = window.hit_banks(); banks != 0; banks &= banks - 1) {
    const uint32_t bank = static_cast<uint32_t>(__builtin_ctz(banks));
    const uint64_t cycle = std::max(first, timers_.bank_column_at(bank, writing_));
    const uint64_t order = window.hit(bank).order;
    if (cycle > best.cycle || (cycle == best.cycle && order > best_order)) continue;
    best_order = order;
    best.cycle = cycle;
    best.bank = bank;
  }
  best.op = writing_ ? DramOp::kWrite : DramOp::kRead;
  best.action = best_order == kDramNever ? Action::kNone : Action::kOp;
  return best;
}

template <bool kWrite>
inline void DramChannel::issue_column(uint32_t bank) {
  const DramEntry& entry = windows_[kWrite].remove_hit(bank);
  stats_.occupancy += now_;
  if (quiet()) stats_.queued_cycles += now_;
  const uint32_t bit = uint32_t{1} << bank;
  if ((fresh_ & bit) != 0) {
    ++((fresh_conflict_ & bit) != 0 ? stats_.row_conflicts : stats_.row_misses);
    fresh_ &= ~bit;
  }
  ++turn_;
  if (!windows_[!kWrite].empty()) ++waited_;
  if (kWrite) {
    timers_.write(now_, bank);
    ++stats_.writes;
    if (!policy_.posted_writes) finish(*entry.transfer, entry.piece, now_ + t_.wl + t_.burst);
  } else {
    timers_.read(now_, bank);
    ++stats_.reads;
    finish(*entry.transfer, entry.piece, now_ + t_.rl + t_.burst);
  }
  if (shared_.trace) trace(kWrite ? DramOp::kWrite : DramOp::kRead, bank, entry.row, now_, entry.slot);
}

inline uint64_t DramChannel::next_arrival(bool write) const {
  return windows_[write].full() ? kDramNever : cursors_[write].visible;
}

/// A turn ends for want of bursts, at a mark after turn_min bursts, or after turn_cap bursts. Each
/// end needs progress or an empty queue, so asking twice gives the same answer as asking once.
inline void DramChannel::choose_direction() {
  const DramWindow& own = windows_[writing_];
  const DramWindow& other = windows_[!writing_];
  if (other.empty()) return;
  const uint32_t writes = windows_[1].size();
  const bool mark = writing_ ? writes <= policy_.write_low : writes >= policy_.write_high;
  const bool over = (mark && turn_ >= policy_.turn_min) || waited_ >= policy_.turn_cap;
  if (!own.empty() && !over) return;
  writing_ = !writing_;
  turn_ = 0;
  waited_ = 0;
  ++stats_.turnarounds;
}

inline DramChannel::Step DramChannel::next_step() const {
  if (refreshing_) return refresh_step();
  Step best = best_column();
  if (windows_[writing_].row_banks() != 0) best_row(windows_[writing_], best);
  // A refresh goes before a command of the same cycle.
  if (refresh_due_ <= best.cycle) {
    best.cycle = std::max(refresh_due_, now_);
    best.action = Action::kRefreshDue;
  }
  return best;
}

DramChannel::Step DramChannel::refresh_step() const {
  Step step;
  step.action = Action::kOp;
  if (timers_.open_banks() != 0) {
    step.op = DramOp::kPrechargeAll;
    step.cycle = std::max(now_, timers_.precharge_all_at());
  } else {
    step.op = DramOp::kRefresh;
    step.cycle = std::max(now_, timers_.refresh_at());
  }
  return step;
}

void DramChannel::best_row(const DramWindow& window, Step& best) const {
  uint64_t best_order = 0;  // a column command wins over a row command of the same cycle
  for (uint32_t banks = window.row_banks(); banks != 0; banks &= banks - 1) {
    const uint32_t bank = static_cast<uint32_t>(__builtin_ctz(banks));
    const bool closed = timers_.open_row(bank) == DramWindow::kNoRow;
    const uint64_t cycle =
        std::max(now_, closed ? timers_.activate_at(bank) : timers_.precharge_at(bank));
    const uint64_t order = window.oldest(bank).order;
    if (cycle > best.cycle || (cycle == best.cycle && order >= best_order)) continue;
    best_order = order;
    best.cycle = cycle;
    best.bank = bank;
    best.action = Action::kOp;
    best.op = closed ? DramOp::kActivate : DramOp::kPrecharge;
  }
}

void DramChannel::issue(const Step& step) {
  if (step.action == Action::kRefreshDue) {
    refreshing_ = true;
    return;
  }
  const uint32_t bit = uint32_t{1} << step.bank;
  switch (step.op) {
    case DramOp::kRead:
      issue_column<false>(step.bank);
      break;
    case DramOp::kWrite:
      issue_column<true>(step.bank);
      break;
    case DramOp::kActivate: {
      const uint32_t row = windows_[writing_].oldest(step.bank).row;
      if (timers_.open_banks() == 0) stats_.open_cycles -= now_;
      timers_.activate(now_, step.bank, row);
      rows_changed(step.bank, row);
      fresh_ |= bit;
      fresh_conflict_ = (fresh_conflict_ & ~bit) | (conflict_ & bit);
      conflict_ &= ~bit;
      ++stats_.activates;
      if (shared_.trace) trace(step.op, step.bank, row, now_, 0);
      break;
    }
    case DramOp::kPrecharge:
      timers_.precharge(now_, step.bank);
      if (timers_.open_banks() == 0) stats_.open_cycles += now_;
      rows_changed(step.bank, DramWindow::kNoRow);
      conflict_ |= bit;
      ++stats_.precharges;
      if (shared_.trace) trace(step.op, step.bank, 0, now_, 0);
      break;
    case DramOp::kPrechargeAll:
      stats_.precharges += static_cast<uint32_t>(__builtin_popcount(timers_.open_banks()));
      for (uint32_t open = timers_.open_banks(); open != 0; open &= open - 1) {
        rows_changed(static_cast<uint32_t>(__builtin_ctz(open)), DramWindow::kNoRow);
      }
      timers_.precharge_all(now_);
      stats_.open_cycles += now_;
      if (shared_.trace) trace(step.op, 0, 0, now_, 0);
      break;
    case DramOp::kRefresh:
      issue_refresh();
      break;
  }
}

void DramChannel::issue_refresh() {
  timers_.refresh(now_);
  if (shared_.trace) trace(DramOp::kRefresh, 0, 0, now_, 0);
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
}

void DramChannel::work(uint64_t target) {
  fetch(false);
  fetch(true);
  for (;;) {
    take_arrivals<false>();
    take_arrivals<true>();
    if (!refreshing_) choose_direction();
    const uint64_t arrival = std::min(next_arrival(false), next_arrival(true));
    const Step step = next_step();
    if (step.action == Action::kRefreshDue && skip_refreshes(std::min(target, arrival))) continue;
    wake_ = std::min(arrival, step.cycle);
    if (wake_ > target) return;
    now_ = wake_;
    // What arrives in the cycle of a command takes part in its choice.
    if (arrival > step.cycle) issue(step);
  }
}

void DramChannel::trace(DramOp op, uint32_t bank, uint32_t row, uint64_t cycle,
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

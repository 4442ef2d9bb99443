// SPDX-License-Identifier: Apache-2.0
// The fast side of a channel: first-ready first-come-first-served, open page, write drains.
#include <algorithm>

#include "sim/dram/dram_channel.h"

namespace tercet {

inline void DramChannel::finish(DramTransfer& transfer, uint32_t piece, uint64_t cycle) {
  transfer.finish_piece(piece, clock_.to_machine(cycle) + back_cycles_);
  if (!transfer.complete()) return;
  const bool write = transfer.request.write;
  const uint64_t latency = transfer.last_cycle - transfer.arrival;
  ++(write ? stats_.write_requests : stats_.read_requests);
  (write ? stats_.write_latency : stats_.read_latency) += latency;
  (write ? stats_.bytes_written : stats_.bytes_read) += transfer.request.bytes;
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
  hits_from_ = 0;
  ++stats_.turnarounds;
}

inline void DramChannel::best_column(Step& best) const {
  const DramWindow& window = windows_[writing_];
  const uint64_t first = std::max(now_, timers_.any_column_at(writing_));
  best.op = writing_ ? DramOp::kWrite : DramOp::kRead;
  // The short cut of linear streams: the oldest hit, as soon as any column command is legal.
  if (const DramEntry* oldest = window.hit_of_order(hits_from_)) {
    if (timers_.bank_column_at(oldest->bank, writing_) <= first) {
      best.cycle = first;
      best.bank = oldest->bank;
      best.action = Action::kOp;
      best.oldest = true;
      return;
    }
  }
  uint64_t lowest_order = kDramNever;
  uint64_t best_order = kDramNever;
  for (uint32_t banks = window.hit_banks(); banks != 0; banks &= banks - 1) {
    const uint32_t bank = static_cast<uint32_t>(__builtin_ctz(banks));
    const uint64_t cycle = std::max(first, timers_.bank_column_at(bank, writing_));
    const uint64_t order = window.hit(bank).order;
    lowest_order = std::min(lowest_order, order);
    if (cycle > best.cycle || (cycle == best.cycle && order > best_order)) continue;
    best_order = order;
    best.cycle = cycle;
    best.bank = bank;
  }
  best.action = best_order == kDramNever ? Action::kNone : Action::kOp;
  best.oldest = best_order == lowest_order;
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

inline void DramChannel::next_step(Step& step) const {
  if (refreshing_) {
    refresh_step(step);
    return;
  }
  best_column(step);
  if (windows_[writing_].row_banks() != 0) best_row(windows_[writing_], step);
  // A refresh goes before a command of the same cycle.
  if (refresh_due_ <= step.cycle) {
    step.cycle = std::max(refresh_due_, now_);
    step.action = Action::kRefreshDue;
  }
}

template <bool kWrite>
inline void DramChannel::issue_column(const Step& step) {
  const uint32_t bank = step.bank;
  const DramEntry& entry = windows_[kWrite].remove_hit(bank);
  if (step.oldest) hits_from_ = entry.order + 1;
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
  trace(kWrite ? DramOp::kWrite : DramOp::kRead, bank, entry.row, now_, entry.slot);
}

void DramChannel::issue(const Step& step) {
  if (step.action == Action::kRefreshDue) {
    refreshing_ = true;
    return;
  }
  const uint32_t bit = uint32_t{1} << step.bank;
  switch (step.op) {
    case DramOp::kRead:
      issue_column<false>(step);
      break;
    case DramOp::kWrite:
      issue_column<true>(step);
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
      trace(step.op, step.bank, row, now_, 0);
      break;
    }
    case DramOp::kPrecharge:
      timers_.precharge(now_, step.bank);
      if (timers_.open_banks() == 0) stats_.open_cycles += now_;
      rows_changed(step.bank, DramWindow::kNoRow);
      conflict_ |= bit;
      ++stats_.precharges;
      trace(step.op, step.bank, 0, now_, 0);
      break;
    case DramOp::kPrechargeAll:
      stats_.precharges += static_cast<uint32_t>(__builtin_popcount(timers_.open_banks()));
      for (uint32_t open = timers_.open_banks(); open != 0; open &= open - 1) {
        rows_changed(static_cast<uint32_t>(__builtin_ctz(open)), DramWindow::kNoRow);
      }
      timers_.precharge_all(now_);
      stats_.open_cycles += now_;
      trace(step.op, 0, 0, now_, 0);
      break;
    case DramOp::kRefresh:
      issue_refresh();
      break;
  }
}

void DramChannel::work(uint64_t target) {
  fetch(false);
  fetch(true);
  for (;;) {
    take_arrivals<false>();
    take_arrivals<true>();
    if (!refreshing_) choose_direction();
    const uint64_t arrival = std::min(next_arrival(false), next_arrival(true));
    Step step;  // filled in place: copies of fields just written are slow
    next_step(step);
    if (step.action == Action::kRefreshDue && skip_refreshes(std::min(target, arrival))) continue;
    wake_ = std::min(arrival, step.cycle);
    if (wake_ > target) return;
    now_ = wake_;
    // What arrives in the cycle of a command takes part in its choice.
    if (arrival > step.cycle) issue(step);
  }
}

}  // namespace tercet

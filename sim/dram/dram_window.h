// SPDX-License-Identifier: Apache-2.0
// The bounded queue of one channel and direction, sorted by bank: what FR-FCFS may choose from.
#pragma once

#include <array>
#include <cstdint>

#include "sim/dram/dram_transfer.h"

namespace tercet {

/// One burst that waits.
struct DramEntry {
  uint64_t order;          ///< of arrival in the window
  uint64_t slot;           ///< DramMap
  DramTransfer* transfer;  ///< whose piece it is
  uint32_t row;
  uint16_t piece;
  uint8_t next;  ///< younger entry of the same bank
  uint8_t prev;  ///< older entry of the same bank
  uint8_t bank;
};

/// Fixed arrays, every operation short. Keeps per bank the oldest burst that hits the open row.
/// When `hit_cap` younger hits have passed a bank's oldest burst, the bank shows no hit until its
/// row changes, so that no burst waits for ever.
class DramWindow {
 public:
  static constexpr uint32_t kSlots = 64;
  static constexpr uint32_t kBanks = 32;
  static constexpr uint32_t kNoRow = ~uint32_t{0};

  DramWindow(uint32_t capacity, uint32_t hit_cap) : capacity_(capacity), hit_cap_(hit_cap) {}

  uint32_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  bool full() const { return size_ == capacity_; }
  uint32_t hit_banks() const { return hits_; }  ///< one bit a bank: its open row is wanted
  uint32_t row_banks() const { return waiting_ & ~hits_; }  ///< need an activate or a precharge
  const DramEntry& hit(uint32_t bank) const { return entries_[hit_[bank]]; }
  /// The entry of this order if it is its bank's hit, else nullptr.
  const DramEntry* hit_of_order(uint64_t order) const {
    const uint8_t slot = by_order_[order % kSlots];
    const DramEntry& entry = entries_[slot];
    const bool hit = entry.order == order && (hits_ >> entry.bank & 1) != 0;
    return hit && hit_[entry.bank] == slot ? &entry : nullptr;
  }
  const DramEntry& oldest(uint32_t bank) const { return entries_[head_[bank]]; }

  /// Room is the caller's promise. `open_row` is the bank's, or kNoRow. The caller fills in the
  /// rest of the entry.
  DramEntry& insert(uint32_t row, uint32_t bank, uint32_t open_row) {
    const uint8_t slot = static_cast<uint8_t>(__builtin_ctzll(free_));
    free_ &= free_ - 1;
    ++size_;
    DramEntry& place = entries_[slot];
    by_order_[next_order_ % kSlots] = slot;
    place.order = next_order_++;
    place.row = row;
    place.bank = static_cast<uint8_t>(bank);
    place.next = kNone;
    const uint32_t bit = uint32_t{1} << bank;
    if ((waiting_ & bit) == 0) {
      place.prev = kNone;
      head_[bank] = slot;
      passed_[bank] = 0;
      waiting_ |= bit;
    } else {
      place.prev = tail_[bank];
      entries_[tail_[bank]].next = slot;
    }
    tail_[bank] = slot;
    if (row == open_row && (hits_ & bit) == 0 && passed_[bank] < hit_cap_) {
      hit_[bank] = slot;
      hits_ |= bit;
    }
    return place;
  }

  /// Takes hit(bank) out; the entry stays readable until the next insert().
  const DramEntry& remove_hit(uint32_t bank) {
    const uint8_t slot = hit_[bank];
    const DramEntry& entry = entries_[slot];
    if (entry.prev == kNone) {
      head_[bank] = entry.next;
      passed_[bank] = 0;
    } else {
      entries_[entry.prev].next = entry.next;
      ++passed_[bank];
    }
    if (entry.next == kNone) {
      tail_[bank] = entry.prev;
    } else {
      entries_[entry.next].prev = entry.prev;
    }
    free_ |= uint64_t{1} << slot;
    --size_;
    if (head_[bank] == kNone) waiting_ &= ~(uint32_t{1} << bank);
    find_hit(bank, entry.next, entry.row);
    return entry;
  }

  /// The bank's open row is now `row`, or none.
  void row_changed(uint32_t bank, uint32_t row) {
    if ((waiting_ >> bank & 1) == 0) return;
    passed_[bank] = 0;
    find_hit(bank, row == kNoRow ? kNone : head_[bank], row);
  }

 private:
  static constexpr uint8_t kNone = 0xff;

  void find_hit(uint32_t bank, uint8_t from, uint32_t row) {
    const uint32_t bit = uint32_t{1} << bank;
    hits_ &= ~bit;
    if (passed_[bank] >= hit_cap_) return;
    while (from != kNone && entries_[from].row != row) from = entries_[from].next;
    if (from == kNone) return;
    hit_[bank] = from;
    hits_ |= bit;
  }

  std::array<DramEntry, kSlots> entries_{};
  std::array<uint8_t, kSlots> by_order_{};  // slot of the last entry with this order modulo kSlots
  std::array<uint8_t, kBanks> head_{};      // oldest entry of the bank, if it is waiting
  std::array<uint8_t, kBanks> tail_{};
  std::array<uint8_t, kBanks> hit_{};      // oldest entry for the open row, if its hit bit is set
  std::array<uint32_t, kBanks> passed_{};  // hits that passed the bank's oldest entry
  uint64_t next_order_ = 0;
  uint64_t free_ = ~uint64_t{0};
  uint32_t waiting_ = 0;  // banks with entries
  uint32_t hits_ = 0;
  uint32_t size_ = 0;
  uint32_t capacity_;
  uint32_t hit_cap_;
};

}  // namespace tercet

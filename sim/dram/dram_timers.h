// SPDX-License-Identifier: Apache-2.0
// The earliest legal cycle of every command of one channel, and the state of its banks.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "sim/dram/dram_config.h"
#include "sim/dram/dram_window.h"

namespace tercet {

/// Cycles of the command clock. A row's cycle time tRC is tRAS + tRP.
class DramTimers {
 public:
  static constexpr uint32_t kBanks = DramWindow::kBanks;
  static constexpr uint32_t kNoRow = DramWindow::kNoRow;

  DramTimers(const DramTiming& timing, const DramOrganisation& org, bool split_bus)
      : t_(timing), banks_(org.bank_groups * org.banks_per_group), split_bus_(split_bus) {
    open_row_.fill(kNoRow);
    while (org.banks_per_group >> group_shift_ > 1) ++group_shift_;
  }

  uint32_t open_row(uint32_t bank) const { return open_row_[bank]; }
  uint32_t open_banks() const { return open_; }  ///< one bit a bank

  /// A read or a write is legal from the later of these two on.
  uint64_t any_column_at(bool write) const { return std::max(column_[write], column_bus_); }
  uint64_t bank_column_at(uint32_t bank, bool write) const {
    return std::max(bank_column_[write][bank], group_column_[write][bank >> group_shift_]);
  }
  uint64_t activate_at(uint32_t bank) const {
    return std::max({bank_activate_[bank], group_activate_[bank >> group_shift_], activate_,
                     four_activates_[four_next_], row_bus()});
  }
  uint64_t precharge_at(uint32_t bank) const { return std::max(bank_precharge_[bank], row_bus()); }

  uint64_t precharge_all_at() const {
    uint64_t cycle = row_bus();
    for (uint32_t open = open_; open != 0; open &= open - 1) {
      cycle = std::max(cycle, bank_precharge_[__builtin_ctz(open)]);
    }
    return cycle;
  }
  /// With all banks closed.
  uint64_t refresh_at() const {
    return std::max(row_bus(),
                    *std::max_element(bank_activate_.begin(), bank_activate_.begin() + banks_));
  }

  void activate(uint64_t now, uint32_t bank, uint32_t row) {
    open_row_[bank] = row;
    open_ |= uint32_t{1} << bank;
    bank_column_[false][bank] = now + t_.rcd_rd;
    bank_column_[true][bank] = now + t_.rcd_wr;
    bank_precharge_[bank] = now + t_.ras;
    group_activate_[bank >> group_shift_] = now + t_.rrd_l;
    activate_ = now + t_.rrd_s;
    four_activates_[four_next_] = now + t_.faw;
    four_next_ = (four_next_ + 1) % 4;
    take_row_bus(now + t_.act_bus);
  }
  void precharge(uint64_t now, uint32_t bank) {
    close(bank, now + t_.rp);
    take_row_bus(now + t_.pre_bus);
  }
  void precharge_all(uint64_t now) {
    for (uint32_t open = open_; open != 0; open &= open - 1) {
      close(static_cast<uint32_t>(__builtin_ctz(open)), now + t_.rp_ab);
    }
    take_row_bus(now + t_.pre_bus);
  }
  void refresh(uint64_t now) {
    bank_activate_.fill(now + t_.rfc);
    take_row_bus(now + t_.pre_bus);
  }
  void read(uint64_t now, uint32_t bank) {
    raise(bank_precharge_[bank], now + t_.rtp);
    group_column_[false][bank >> group_shift_] = now + t_.ccd_l;
    column_[false] = now + t_.ccd_s;
    raise(column_[true], now + t_.rtw);
    take_column_bus(now + t_.column_bus);
  }
  void write(uint64_t now, uint32_t bank) {
    const uint64_t end = now + t_.wl + t_.burst;
    raise(bank_precharge_[bank], end + t_.wr);
    group_column_[true][bank >> group_shift_] = now + t_.ccd_l;
    column_[true] = now + t_.ccd_s;
    raise(group_column_[false][bank >> group_shift_], end + t_.wtr_l);
    raise(column_[false], end + t_.wtr_s);
    take_column_bus(now + t_.column_bus);
  }

 private:
  template <class T>
  using PerBank = std::array<T, kBanks>;

  static void raise(uint64_t& time, uint64_t cycle) { time = std::max(time, cycle); }
  uint64_t row_bus() const { return split_bus_ ? row_bus_ : column_bus_; }
  void take_row_bus(uint64_t until) { (split_bus_ ? row_bus_ : column_bus_) = until; }
  void take_column_bus(uint64_t until) { column_bus_ = until; }
  void close(uint32_t bank, uint64_t activate_from) {
    open_row_[bank] = kNoRow;
    open_ &= ~(uint32_t{1} << bank);
    raise(bank_activate_[bank], activate_from);
  }

  DramTiming t_;
  uint32_t banks_;
  uint32_t group_shift_ = 0;
  bool split_bus_;
  uint32_t open_ = 0;
  PerBank<uint32_t> open_row_{};
  // Earliest command: [0] read, [1] write; groups use the first entries of their arrays.
  std::array<PerBank<uint64_t>, 2> bank_column_{};
  std::array<PerBank<uint64_t>, 2> group_column_{};
  std::array<uint64_t, 2> column_{};
  PerBank<uint64_t> bank_activate_{};
  PerBank<uint64_t> bank_precharge_{};
  PerBank<uint64_t> group_activate_{};
  uint64_t activate_ = 0;
  std::array<uint64_t, 4> four_activates_{};  // tFAW after each of the last four activates
  uint32_t four_next_ = 0;                    // the oldest of them
  uint64_t row_bus_ = 0;
  uint64_t column_bus_ = 0;  // the only bus, unless split
};

}  // namespace tercet

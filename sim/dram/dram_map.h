// SPDX-License-Identifier: Apache-2.0
// From addresses to channel, bank and row.
#pragma once

#include <cstdint>

#include "sim/dram/dram_config.h"

namespace tercet {

/// Where one burst lives in its channel.
struct DramPlace {
  uint32_t bank = 0;  ///< group · banks_per_group + bank in the group
  uint32_t row = 0;
};

/// A channel numbers its own bursts 0, 1, 2, … in address order ("slots"), so the part of a linear
/// request that a channel serves is one range of slots. From the low to the high bits:
///   address = byte in burst, bursts in the interleave, channel, rest
///   slot    = spread groups, column, other groups, bank in group, row
/// Addresses beyond the capacity wrap round.
class DramMap {
 public:
  explicit DramMap(const DramOrganisation& org)
      : burst_bits_(bits(org.burst_bytes)),
        inner_bits_(bits(org.interleave_bytes) - burst_bits_),
        channel_bits_(bits(org.channels)),
        spread_bits_(bits(org.spread_groups)),
        column_bits_(bits(org.row_bytes) - burst_bits_),
        group_bits_(bits(org.bank_groups)),
        bank_bits_(bits(org.banks_per_group)),
        row_mask_(org.rows - 1) {}

  uint32_t burst_bits() const { return burst_bits_; }

  /// The number of bursts below burst number `block` (address / burst_bytes) that are in `channel`:
  /// the slots of bursts [a, b) are [slots_below(a), slots_below(b)).
  uint64_t slots_below(uint64_t block, uint32_t channel) const {
    const uint64_t inner = uint64_t{1} << inner_bits_;
    const uint64_t round = block >> (inner_bits_ + channel_bits_);
    const uint64_t rest = block & ((inner << channel_bits_) - 1);
    const uint64_t begin = channel * inner;
    const uint64_t in_round = rest <= begin ? 0 : (rest - begin < inner ? rest - begin : inner);
    return (round << inner_bits_) + in_round;
  }

  /// The burst number of a slot.
  uint64_t block(uint64_t slot, uint32_t channel) const {
    const uint64_t inner_mask = (uint64_t{1} << inner_bits_) - 1;
    return (((slot >> inner_bits_ << channel_bits_) | channel) << inner_bits_) |
           (slot & inner_mask);
  }

  /// Slots that differ only below this many bits share their row number and their other groups and
  /// bank: place(slot) is place(the first of them) with bank |= spread_bank(slot).
  uint64_t run_mask() const { return (uint64_t{1} << (spread_bits_ + column_bits_)) - 1; }
  uint32_t spread_bank(uint64_t slot) const {
    return (static_cast<uint32_t>(slot) & ((uint32_t{1} << spread_bits_) - 1)) << bank_bits_;
  }

  /// What block() adds when `slot` is reached from slot - 1.
  uint64_t block_step(uint64_t slot) const {
    const uint64_t inner = uint64_t{1} << inner_bits_;
    return (slot & (inner - 1)) != 0 ? 1 : (inner << channel_bits_) - inner + 1;
  }

  DramPlace place(uint64_t slot) const {
    const auto take = [&slot](uint32_t count) {
      const uint32_t value = static_cast<uint32_t>(slot) & ((uint32_t{1} << count) - 1);
      slot >>= count;
      return value;
    };
    const uint32_t spread = take(spread_bits_);
    take(column_bits_);
    const uint32_t other = take(group_bits_ - spread_bits_);
    const uint32_t bank = take(bank_bits_);
    const uint32_t group = other << spread_bits_ | spread;
    return {group << bank_bits_ | bank, static_cast<uint32_t>(slot) & row_mask_};
  }

 private:
  static constexpr uint32_t bits(uint32_t power_of_two) {
    uint32_t count = 0;
    while (power_of_two >> count > 1) ++count;
    return count;
  }

  uint32_t burst_bits_;
  uint32_t inner_bits_;  // bursts of a channel before the next channel
  uint32_t channel_bits_;
  uint32_t spread_bits_;
  uint32_t column_bits_;  // bursts in a row
  uint32_t group_bits_;
  uint32_t bank_bits_;
  uint32_t row_mask_;
};

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// The exact ratio of two clocks: the machine's and the DRAM's command clock.
#pragma once

#include <cstdint>
#include <numeric>

namespace tercet {

/// Both clocks have an edge 0 at the same moment and no drift: edge k of the DRAM is k·num/den
/// cycles of the machine after it, as a fraction of integers. Good for 2^64 / max(num, den) cycles
/// (two million seconds at 1 GHz and 8533 MT/s).
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

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// A bus and an interrupt line whose behaviour follows from a seed: the same for RTL and simulator.
#pragma once

#include <cstdint>

#include "base/rng.h"
#include "sim/rv32/environment.h"

namespace tercet {

/// Answers depend on how many accesses came before, the line on the cycle.
class ScriptedBus final : public rv32::Environment {
 public:
  void restart(uint64_t seed) {
    seed_ = seed;
    busy_ = draw(0, 0) % 4 != 0;
    accesses_ = 0;
  }
  uint64_t accesses() const { return accesses_; }

  /// Of 32 cycles, in some random run of them, or in none; in one seed of four never.
  uint32_t interrupts(uint64_t cycle) override {
    const uint64_t block = draw(1, cycle / 32), at = cycle % 32;
    const uint64_t first = block >> 8 & 31, count = block >> 16 & 15;
    const bool high = busy_ && block % 4 == 0 && at >= first && at < first + count;
    return high ? uint32_t{rv32::kExternalInterrupt} : 0;
  }

  rv32::BusAnswer access(const rv32::BusRequest& request) override {
    const uint64_t word = draw(2, accesses_++) ^ request.address;
    rv32::BusAnswer answer;
    answer.rdata = static_cast<uint32_t>(word >> 32);
    answer.error = (word & 15) == 0;
    answer.wait = (word >> 4 & 1) != 0 ? 0 : static_cast<uint32_t>(word >> 5 & 7);
    return answer;
  }

 private:
  uint64_t draw(uint64_t stream, uint64_t index) const {
    return Rng(seed_ ^ stream << 60 ^ index * 0x9e3779b97f4a7c15u).next();
  }

  uint64_t seed_ = 0;
  bool busy_ = false;
  uint64_t accesses_ = 0;
};

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Accumulators: two banks of tokens x columns, one filling while the other drains.
#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "sim/systemc/shared.h"

namespace tercet {

/// 24 bits in hardware, which K <= 65,535 cannot overflow (docs/machine.md, "Bounds"). No process:
/// what a bank waits for is the sequencer's and the output stage's to know.
class Accum : public sc_core::sc_module {
 public:
  Accum(const sc_core::sc_module_name& name, const Shared& shared)
      : sc_module(name),
        tokens_(shared.machine.tokens),
        cols_(shared.machine.cols),
        sums_(size_t{2} * tokens_ * cols_) {}

  /// Sums [tokens from `token` on][cols] of a bank.
  int32_t* row(uint32_t bank, uint32_t token) {
    return &sums_[(size_t{bank} * tokens_ + token) * cols_];
  }

 private:
  uint32_t tokens_;
  uint32_t cols_;
  std::vector<int32_t> sums_;
};

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// What can be made difficult about a machine's memory port: bus errors, and stalls cycle by cycle
// and channel by channel.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/rng.h"
#include "sim/dram/memory_image.h"

namespace tercet {

/// When the memory holds its READY and VALID lines low although it could raise them.
enum class StallMode {
  kNone,
  kOneInFour,  ///< each channel works in one cycle of four, each in another one
  kRandom,     ///< seeded runs of 0 to 7 cycles, on each channel by itself
};

struct AxiOptions {
  StallMode stalls = StallMode::kNone;
  uint64_t seed = 1;  ///< of kRandom
  std::vector<MemoryFault> faults;
};

enum class AxiChannel : uint8_t { kAr = 0, kR = 1, kAw = 2, kW = 3, kB = 4 };

/// Deterministic for a mode and a seed. Ask each channel once a cycle.
class AxiStalls {
 public:
  AxiStalls(StallMode mode, uint64_t seed) : mode_(mode), rng_(seed) {}

  /// True if `channel` must not start anything in `cycle`.
  bool stalled(AxiChannel channel, uint64_t cycle) {
    if (mode_ == StallMode::kNone) return false;
    const auto index = static_cast<uint64_t>(channel);
    if (mode_ == StallMode::kOneInFour) return ((cycle + index) & 3) != 0;
    Run& run = runs_[index];
    if (run.left == 0) {
      run.stalled = !run.stalled;
      run.left = rng_.below(8);
    } else {
      --run.left;
    }
    return run.stalled;
  }

 private:
  struct Run {
    bool stalled = false;
    uint64_t left = 0;
  };
  StallMode mode_;
  Rng rng_;
  std::array<Run, 5> runs_;
};

}  // namespace tercet

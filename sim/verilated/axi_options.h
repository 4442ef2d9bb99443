// SPDX-License-Identifier: Apache-2.0
// What can be made difficult about a machine's memory port.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/dram/memory_fault.h"

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

}  // namespace tercet

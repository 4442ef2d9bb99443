// SPDX-License-Identifier: Apache-2.0
// RTL core and instruction-set simulator side by side on random programs.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace tercet {

struct LockstepCounts {
  uint64_t programs = 0;
  uint64_t retired = 0;  ///< traps included
  uint64_t cycles = 0;
  uint64_t bus_accesses = 0;
  std::map<std::string, uint64_t> by_name;  ///< instructions retired without a trap
  std::map<uint32_t, uint64_t> by_cause;    ///< traps
};

/// Runs programs until `retired` instructions were compared; a difference fails the test case.
LockstepCounts run_lockstep(uint64_t seed, uint64_t retired);
/// A line for the log.
std::string describe(const LockstepCounts& counts);

}  // namespace tercet

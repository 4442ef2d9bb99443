// SPDX-License-Identifier: Apache-2.0
// How much memory this process holds, its own and of files.
#pragma once

#include <cstdint>

namespace tercet {

/// Resident bytes as Linux counts them in /proc/self/status.
struct ResidentMemory {
  int64_t own = 0;     ///< RssAnon: heap and stacks
  int64_t mapped = 0;  ///< RssFile: pages of files, which the system can drop and read again
};

/// Zeros where the system does not tell.
ResidentMemory resident_memory();

}  // namespace tercet

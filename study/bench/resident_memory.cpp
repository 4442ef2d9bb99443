// SPDX-License-Identifier: Apache-2.0
// Reads /proc/self/status.
#include "study/bench/resident_memory.h"

#include <fstream>
#include <limits>
#include <string>

namespace tercet {

ResidentMemory resident_memory() {
  ResidentMemory memory;
  std::ifstream status("/proc/self/status");
  for (std::string field; status >> field;) {
    int64_t kib = 0;
    if (field == "RssAnon:" && status >> kib) memory.own = kib * 1024;
    if (field == "RssFile:" && status >> kib) memory.mapped = kib * 1024;
    status.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  return memory;
}

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Saves a Verilated model's line counts in coverage builds; does nothing in others.
#pragma once

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>

#include "verilated.h"
#if VM_COVERAGE
#include "verilated_cov.h"
#endif

namespace tercet {

/// Call before the model is deleted: the counters live in it. Each call writes a file of its own
/// into $TERCET_COVERAGE_DIR (default: the working directory).
inline void save_coverage([[maybe_unused]] VerilatedContext& context) {
#if VM_COVERAGE
  static std::atomic<int> count{0};
  const char* dir = std::getenv("TERCET_COVERAGE_DIR");
  const std::string path = std::string(dir == nullptr ? "." : dir) + "/" +
                           std::to_string(getpid()) + "_" + std::to_string(count++) + ".dat";
  context.coveragep()->write(path.c_str());
#endif
}

}  // namespace tercet

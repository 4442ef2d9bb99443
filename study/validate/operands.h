// SPDX-License-Identifier: Apache-2.0
// Operands of a command as they lie in device memory, and what must lie there afterwards.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "host_driver/driver.h"
#include "study/validate/grid.h"

namespace tercet {

struct Operands {
  static constexpr uint64_t kPage = 4096;   // bytes; operands start on one, as Accelerator's do
  static constexpr uint8_t kFiller = 0xa5;  // what nobody wrote

  Gemm gemm;                         ///< with addresses
  std::vector<uint8_t> weights;      ///< stream
  std::vector<uint8_t> activations;  ///< stream
  std::vector<uint8_t> expected;     ///< a page, the outputs by the reference, a page
  uint64_t memory_bytes = 0;         ///< that hold all of them
  double reference_seconds = 0.0;    ///< wall

  uint64_t guarded_address() const { return gemm.outputs - kPage; }
};

/// `poll` is called every few rows of the reference.
Operands make_operands(const GridPoint& point, const std::function<void()>& poll);

}  // namespace tercet

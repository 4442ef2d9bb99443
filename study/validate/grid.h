// SPDX-License-Identifier: Apache-2.0
// Grids of commands to run on every backend, from JSON (docs/validate.md).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host_driver/layout.h"

namespace tercet {

/// One command on one machine with one memory.
struct GridPoint {
  std::string grid;  ///< file
  const tercet_config* machine = nullptr;
  std::string memory;  ///< machine_dram()
  Packing packing = Packing::kTwoBit;
  int64_t m = 0;
  int64_t n = 0;
  int64_t k = 0;
  int64_t m_tile = 0;
  /// In the half of the grid that models may be tuned on; the other half is there to report on.
  /// Neighbours along every list of a block are in different halves.
  bool tuning = false;
};

/// Operands of a point have at most this many elements each.
constexpr size_t kMaxGridPoints = 100'000;  ///< of all grids of a validation
constexpr int64_t kMaxGridElements = int64_t{1} << 28;

/// The points of a grid in order. Throws Error naming `file`, block, key and limit.
std::vector<GridPoint> parse_grid(const std::string& text, const std::string& file);
std::vector<GridPoint> load_grid(const std::string& file);

/// tests/grids/tiny.json and tests/grids/edge.json as they were when the program was built.
std::vector<GridPoint> default_grid();

/// "tiny, ideal: M=1 N=16 K=16 m_tile=1 packing=two_bit".
std::string describe(const GridPoint& point);

}  // namespace tercet

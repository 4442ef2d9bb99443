// SPDX-License-Identifier: Apache-2.0
// Read-only ranges of device memory behind the stored one, whose bytes are made when read.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/dram/generated_weights.h"

namespace tercet {

/// A weight stream at an address, which is a multiple of a beat.
struct GeneratedRegion {
  uint64_t address = 0;
  GeneratedWeights weights;

  uint64_t end() const { return address + weights.bytes(); }
};

class GeneratedMemory {
 public:
  /// Throws Error naming the address if regions overlap each other or [0, stored), or if one does
  /// not start on a beat.
  GeneratedMemory(const tercet_config& machine, std::vector<GeneratedRegion> regions,
                  uint64_t stored);

  /// [address, address + bytes) is inside one region.
  bool contains(uint64_t address, uint64_t bytes) const;

  /// A window of a region.
  struct Window {
    uint64_t address = 0;
    std::vector<uint8_t> bytes;
  };
  /// Fills `window` with at most kWindow bytes that hold the beat at `address`. False, and nothing
  /// done, if no region has it.
  bool fill(uint64_t address, Window* window) const;

  /// Throws Error if the range is not inside one region.
  void read(uint64_t address, void* data, uint64_t bytes) const;

  static constexpr uint64_t kWindow = 8192;  ///< bytes: stays in the first-level cache

 private:
  const GeneratedRegion* find(uint64_t address) const;

  uint64_t beat_bytes_;
  std::vector<GeneratedRegion> regions_;  // by address
};

}  // namespace tercet

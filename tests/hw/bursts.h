// SPDX-License-Identifier: Apache-2.0
// Where a run of beats must be cut into AXI bursts.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace tercet {

struct Burst {
  uint64_t address = 0;
  uint32_t beats = 0;
  bool operator==(const Burst& other) const {
    return address == other.address && beats == other.beats;
  }
};

/// Longest bursts first: at most `most` beats, none across 4 KiB.
inline std::vector<Burst> cut_bursts(uint64_t address, uint64_t beats, uint32_t beat_bytes,
                                     uint32_t most) {
  constexpr uint64_t kPage = 4096;
  std::vector<Burst> bursts;
  while (beats > 0) {
    const uint64_t to_page = (kPage - address % kPage) / beat_bytes;
    const auto length = static_cast<uint32_t>(std::min({beats, to_page, uint64_t{most}}));
    bursts.push_back({address, length});
    address += uint64_t{length} * beat_bytes;
    beats -= length;
  }
  return bursts;
}

}  // namespace tercet

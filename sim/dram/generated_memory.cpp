// SPDX-License-Identifier: Apache-2.0
// Finds the region of an address and makes a window of it.
#include "sim/dram/generated_memory.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace tercet {

GeneratedMemory::GeneratedMemory(const tercet_config& machine, std::vector<GeneratedRegion> regions,
                                 uint64_t stored)
    : beat_bytes_(machine.axi_bytes), regions_(std::move(regions)) {
  std::sort(regions_.begin(), regions_.end(),
            [](const auto& a, const auto& b) { return a.address < b.address; });
  uint64_t free_from = stored;
  for (const GeneratedRegion& region : regions_) {
    if (region.address % beat_bytes_ != 0) {
      fail("generated memory: {:#x} is not a multiple of {} bytes", region.address, beat_bytes_);
    }
    if (region.address < free_from) {
      fail("generated memory: {:#x} is below {:#x}, where the memory before it ends",
           region.address, free_from);
    }
    free_from = region.end();
  }
}

/// The last region that does not begin after `address`.
const GeneratedRegion* GeneratedMemory::find(uint64_t address) const {
  const auto after = std::upper_bound(
      regions_.begin(), regions_.end(), address,
      [](uint64_t a, const GeneratedRegion& region) { return a < region.address; });
  return after == regions_.begin() ? nullptr : &*std::prev(after);
}

bool GeneratedMemory::contains(uint64_t address, uint64_t bytes) const {
  const GeneratedRegion* region = find(address);
  return region != nullptr && address < region->end() && bytes <= region->end() - address;
}

bool GeneratedMemory::fill(uint64_t address, Window* window) const {
  const GeneratedRegion* region = find(address);
  if (region == nullptr || address >= region->end()) return false;
  const uint64_t offset = (address - region->address) / kWindow * kWindow;
  window->address = region->address + offset;
  window->bytes.resize(static_cast<size_t>(std::min(kWindow, region->weights.bytes() - offset)));
  region->weights.read(offset / beat_bytes_, window->bytes.size() / beat_bytes_,
                       window->bytes.data());
  return true;
}

void GeneratedMemory::read(uint64_t address, void* data, uint64_t bytes) const {
  if (!contains(address, bytes)) {
    fail("generated memory: {} bytes at {:#x} are not inside a region", bytes, address);
  }
  auto* out = static_cast<uint8_t*>(data);
  const GeneratedRegion& region = *find(address);
  const uint64_t begin = address - region.address;
  const uint64_t first = begin / beat_bytes_;
  std::vector<uint8_t> beats(
      static_cast<size_t>(((begin + bytes + beat_bytes_ - 1) / beat_bytes_ - first) * beat_bytes_));
  region.weights.read(first, beats.size() / beat_bytes_, beats.data());
  std::memcpy(out, beats.data() + (begin - first * beat_bytes_), bytes);
}

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Device memory: a first-fit allocator over one range of addresses.
#pragma once

#include <cstdint>
#include <map>

namespace tercet {

/// Hands out disjoint ranges of [base, end). Not a byte of device memory is read or written.
class DeviceAllocator {
 public:
  /// `alignment` (a power of two) holds for every address. Throws Error if base > end.
  DeviceAllocator(uint64_t base, uint64_t end, uint64_t alignment);

  /// The lowest free range that fits. Throws Error naming the bytes asked for and left.
  uint64_t allocate(uint64_t bytes);

  /// Gives back what allocate returned. Throws Error for any other address.
  void release(uint64_t address);

  /// Bytes in no allocation, and in the largest one that could be made.
  uint64_t free_bytes() const;
  uint64_t largest_free() const;

 private:
  uint64_t alignment_;
  std::map<uint64_t, uint64_t> free_;  // address -> bytes; never adjacent
  std::map<uint64_t, uint64_t> used_;  // address -> bytes
};

}  // namespace tercet

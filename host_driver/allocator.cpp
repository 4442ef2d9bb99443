// SPDX-License-Identifier: Apache-2.0
// First fit over ordered free ranges, merged on release.
#include "host_driver/allocator.h"

#include <algorithm>
#include <iterator>

#include "base/error.h"

namespace tercet {

DeviceAllocator::DeviceAllocator(uint64_t base, uint64_t end, uint64_t alignment)
    : alignment_(alignment) {
  if (alignment == 0 || (alignment & (alignment - 1)) != 0) {
    fail("device memory: alignment {} is not a power of two", alignment);
  }
  const uint64_t first = (base + alignment - 1) / alignment * alignment;
  const uint64_t last = end / alignment * alignment;
  if (base > end) fail("device memory: range [{:#x}, {:#x}) is not one", base, end);
  if (first < last) free_[first] = last - first;
}

uint64_t DeviceAllocator::allocate(uint64_t bytes) {
  const uint64_t units = bytes / alignment_ + (bytes % alignment_ != 0 || bytes == 0 ? 1 : 0);
  const auto fits = std::find_if(free_.begin(), free_.end(), [&](const auto& range) {
    return range.second / alignment_ >= units;
  });
  if (fits == free_.end()) {
    fail("device memory: {} bytes asked for, the largest free range has {} (free in all: {})",
         bytes, largest_free(), free_bytes());
  }
  const auto [address, size] = *fits;
  const uint64_t taken = units * alignment_;
  free_.erase(fits);
  if (size > taken) free_[address + taken] = size - taken;
  used_[address] = taken;
  return address;
}

void DeviceAllocator::release(uint64_t address) {
  const auto it = used_.find(address);
  if (it == used_.end()) fail("device memory: {:#x} was not allocated", address);
  uint64_t begin = address;
  uint64_t size = it->second;
  used_.erase(it);
  const auto next = free_.lower_bound(begin);
  if (next != free_.begin()) {
    const auto before = std::prev(next);
    if (before->first + before->second == begin) {
      begin = before->first;
      size += before->second;
      free_.erase(before);
    }
  }
  const auto after = free_.find(begin + size);
  if (after != free_.end()) {
    size += after->second;
    free_.erase(after);
  }
  free_[begin] = size;
}

uint64_t DeviceAllocator::free_bytes() const {
  uint64_t sum = 0;
  for (const auto& [address, bytes] : free_) sum += bytes;
  return sum;
}

uint64_t DeviceAllocator::largest_free() const {
  uint64_t largest = 0;
  for (const auto& [address, bytes] : free_) largest = std::max(largest, bytes);
  return largest;
}

}  // namespace tercet

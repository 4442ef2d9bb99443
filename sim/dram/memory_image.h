// SPDX-License-Identifier: Apache-2.0
// The bytes of a device's memory, pages of which that nobody touched cost nothing; and bus errors.
#pragma once

#include <cstddef>
#include <cstdint>

#include "host_driver/transport.h"

namespace tercet {

/// A bus error to inject into a memory, for tests. The `beat`-th beat (from 0, counted over the
/// life of the memory) in one direction is answered with `response`; a write's answer is that of
/// the burst the beat is in.
struct MemoryFault {
  bool write = false;
  uint64_t beat = 0;
  BusResponse response = BusResponse::kSlverr;
};

/// Addresses [0, size), all zero at first. An anonymous mapping without reserved swap.
class MemoryImage {
 public:
  /// Throws Error if size is 0 or the mapping fails.
  explicit MemoryImage(uint64_t size);
  ~MemoryImage();
  MemoryImage(const MemoryImage&) = delete;
  MemoryImage& operator=(const MemoryImage&) = delete;

  uint64_t size() const { return size_; }
  uint8_t* data() { return data_; }
  const uint8_t* data() const { return data_; }
  bool contains(uint64_t address, uint64_t bytes) const {
    return bytes <= size_ && address <= size_ - bytes;
  }

  /// Both throw Error naming the range if it is not inside.
  void read(uint64_t address, void* data, uint64_t bytes) const;
  void write(uint64_t address, const void* data, uint64_t bytes);

 private:
  void check(uint64_t address, uint64_t bytes) const;

  uint64_t size_;
  uint8_t* data_;
};

}  // namespace tercet

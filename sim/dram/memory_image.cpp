// SPDX-License-Identifier: Apache-2.0
// Maps and bounds-checks the bytes of a device's memory.
#include "sim/dram/memory_image.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>

#include "base/error.h"

namespace tercet {

MemoryImage::MemoryImage(uint64_t size) : size_(size), data_(nullptr) {
  if (size == 0) fail("device memory: size 0");
  void* mapping = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapping == MAP_FAILED) {
    fail("device memory: {} bytes cannot be mapped: {}", size, std::strerror(errno));
  }
  data_ = static_cast<uint8_t*>(mapping);
}

MemoryImage::~MemoryImage() { munmap(data_, size_); }

void MemoryImage::read(uint64_t address, void* data, uint64_t bytes) const {
  check(address, bytes);
  if (bytes != 0) std::memcpy(data, data_ + address, bytes);
}

void MemoryImage::write(uint64_t address, const void* data, uint64_t bytes) {
  check(address, bytes);
  if (bytes != 0) std::memcpy(data_ + address, data, bytes);
}

void MemoryImage::check(uint64_t address, uint64_t bytes) const {
  if (!contains(address, bytes)) {
    fail("device memory: {} bytes at {:#x} are not inside its {} bytes", bytes, address, size_);
  }
}

}  // namespace tercet

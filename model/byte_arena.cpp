// SPDX-License-Identifier: Apache-2.0
// Blocks from mmap: what is never touched takes no memory.
#include "model/byte_arena.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/error.h"

namespace tercet {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;
constexpr size_t kBlock = size_t{256} << 20;
constexpr size_t kAlign = 64;  // a cache line, and the widest vector

size_t round_up(size_t size, size_t unit) { return (size + unit - 1) / unit * unit; }

std::shared_ptr<uint8_t> map_block(size_t size) {
  const size_t mapped = size + kHugePage;  // so that a huge page can begin where the block does
  void* address = mmap(nullptr, mapped, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (address == MAP_FAILED) fail("no memory for {} bytes: {}", size, std::strerror(errno));
  const auto base = reinterpret_cast<uintptr_t>(address);
  auto* block = static_cast<uint8_t*>(address) + (round_up(base, kHugePage) - base);
  madvise(block, size, MADV_HUGEPAGE);  // a wish: where it is refused, all is as correct
  return {block, [address, mapped](uint8_t*) { munmap(address, mapped); }};
}

}  // namespace

std::shared_ptr<uint8_t> ByteArena::take(size_t size) {
  if (block_ == nullptr || size > size_ - used_) {
    size_ = std::max(kBlock, round_up(size, kHugePage));
    block_ = map_block(size_);
    used_ = 0;
  }
  std::shared_ptr<uint8_t> piece(block_, block_.get() + used_);
  used_ = std::min(size_, round_up(used_ + size, kAlign));
  return piece;
}

}  // namespace tercet

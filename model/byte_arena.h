// SPDX-License-Identifier: Apache-2.0
// Zeroed memory for large weights, in huge pages where the system grants them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace tercet {

/// Hands out pieces of large blocks. Streaming from 2 MiB pages is a sixth faster than from 4 KiB
/// ones, but a page each would waste much of them, so pieces share blocks. A block lives as long as
/// any of its pieces.
class ByteArena {
 public:
  /// `size` zero bytes at a multiple of 64. Throws Error if there is no memory.
  std::shared_ptr<uint8_t> take(size_t size);

 private:
  std::shared_ptr<uint8_t> block_;
  size_t used_ = 0;
  size_t size_ = 0;
};

}  // namespace tercet

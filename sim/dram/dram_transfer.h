// SPDX-License-Identifier: Apache-2.0
// A request on its way through a DRAM model, and the ring that holds those in flight.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace tercet {

/// A cycle that is not known yet, or never comes.
constexpr uint64_t kDramNever = ~uint64_t{0};

/// A read or a write of `bytes` > 0 at `address`, inside one 4 KiB page as AXI demands.
struct DramRequest {
  uint64_t id = 0;  ///< the user's; not looked at
  uint64_t address = 0;
  uint32_t bytes = 0;
  bool write = false;
};

/// All cycles are the machine's.
struct DramTransfer {
  static constexpr uint32_t kMaxBytes = 4096;
  static constexpr uint32_t kMinBurst = 16;  ///< bytes
  static constexpr uint32_t kMaxPieces = kMaxBytes / kMinBurst + 1;

  DramRequest request;
  uint64_t arrival = 0;      ///< as given to enqueue()
  uint64_t visible = 0;      ///< command clock: from here on the channels see it
  uint64_t first_block = 0;  ///< address / burst bytes
  uint64_t last_cycle = 0;   ///< the latest of the known pieces
  uint32_t burst_bits = 0;   ///< log2 of the bytes of a piece
  uint32_t pieces = 0;       ///< DRAM bursts
  uint32_t pending = 0;      ///< pieces whose cycle is not known yet
  std::array<uint64_t, kMaxPieces> ready{};

  /// Every piece's cycle is known (it may still lie ahead).
  bool complete() const { return pending == 0; }

  /// The cycle in which the first byte's burst is there.
  uint64_t first_cycle() const { return ready[0]; }

  /// The cycle from which `bytes` bytes at `offset` from the request's address are on the machine's
  /// side (read), or their write is answered. kDramNever while not known.
  uint64_t ready_cycle(uint32_t offset, uint32_t bytes) const {
    const uint64_t begin = request.address + offset;
    const uint64_t first = (begin >> burst_bits) - first_block;
    const uint64_t last = ((begin + bytes - 1) >> burst_bits) - first_block;
    uint64_t cycle = ready[first];
    for (uint64_t i = first + 1; i <= last; ++i) cycle = std::max(cycle, ready[i]);
    return cycle;
  }

  void begin(const DramRequest& new_request, uint64_t cycle, uint32_t bits) {
    request = new_request;
    arrival = cycle;
    burst_bits = bits;
    first_block = request.address >> bits;
    pieces =
        static_cast<uint32_t>(((request.address + request.bytes - 1) >> bits) - first_block) + 1;
    pending = pieces;
    last_cycle = 0;
    std::fill_n(ready.begin(), pieces, kDramNever);
  }

  void finish_piece(uint32_t piece, uint64_t cycle) {
    ready[piece] = cycle;
    last_cycle = std::max(last_cycle, cycle);
    --pending;
  }
};

/// The requests of one direction, numbered 0, 1, 2, … in order of arrival.
class DramRing {
 public:
  static constexpr uint32_t kSlots = 64;  ///< requests in flight

  DramRing() : slots_(kSlots) {}
  DramTransfer& at(uint64_t number) { return slots_[number % kSlots]; }
  const DramTransfer& at(uint64_t number) const { return slots_[number % kSlots]; }
  uint64_t head() const { return head_; }  ///< the oldest in flight
  uint64_t tail() const { return tail_; }  ///< one after the youngest
  bool empty() const { return head_ == tail_; }
  bool full() const { return tail_ - head_ == kSlots; }
  DramTransfer& push() { return at(tail_++); }
  void pop() { ++head_; }

 private:
  std::vector<DramTransfer> slots_;
  uint64_t head_ = 0;
  uint64_t tail_ = 0;
};

}  // namespace tercet

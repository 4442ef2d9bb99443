// SPDX-License-Identifier: Apache-2.0
// Device memory as the machine's masters see it: beats, and the errors they are answered with.
#pragma once

#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "sim/dram/memory_image.h"
#include "tercet_hw.h"

namespace tercet {

/// A bus error on its way out of the loops.
struct BusError {
  uint32_t code;  // TERCET_ERR_READ_* or TERCET_ERR_WRITE_*
};

/// Counts beats over the life of the memory, engine and mover together. Borrows the memory.
class MemoryBus {
 public:
  MemoryBus(MemoryImage& memory, uint32_t beat_bytes, std::vector<MemoryFault> faults)
      : memory_(memory), beat_bytes_(beat_bytes), faults_(std::move(faults)) {}

  uint32_t beat_bytes() const { return beat_bytes_; }

  /// The beat at `address`. Throws BusError.
  const uint8_t* read_beat(uint64_t address) {
    check(false, beats_read_++, address);
    return memory_.data() + address;
  }

  /// Writes the first `bytes` of the beat at `address`. Throws BusError.
  void write_beat(uint64_t address, const void* data, uint64_t bytes) {
    check(true, beats_written_++, address);
    std::memcpy(memory_.data() + address, data, bytes);
  }

 private:
  void check(bool write, uint64_t beat, uint64_t address) const {
    BusResponse response =
        memory_.contains(address, beat_bytes_) ? BusResponse::kOkay : BusResponse::kDecerr;
    for (const MemoryFault& fault : faults_) {
      if (fault.write == write && fault.beat == beat) response = fault.response;
    }
    if (response == BusResponse::kSlverr) {
      throw BusError{write ? TERCET_ERR_WRITE_SLVERR : TERCET_ERR_READ_SLVERR};
    }
    if (response == BusResponse::kDecerr) {
      throw BusError{write ? TERCET_ERR_WRITE_DECERR : TERCET_ERR_READ_DECERR};
    }
  }

  MemoryImage& memory_;
  uint32_t beat_bytes_;
  std::vector<MemoryFault> faults_;
  uint64_t beats_read_ = 0;
  uint64_t beats_written_ = 0;
};

}  // namespace tercet

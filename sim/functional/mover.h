// SPDX-License-Identifier: Apache-2.0
// The mover of docs/programming.md: its registers, its buffer, and whole transfers at once.
#pragma once

#include <cstdint>
#include <vector>

#include "host_driver/transport.h"
#include "sim/functional/memory_bus.h"
#include "tercet_hw.h"

namespace tercet {

/// MOVER_SRC, MOVER_DST and MOVER_BEATS.
struct MoverOperation {
  uint64_t source = 0;
  uint64_t target = 0;
  uint32_t beats = 0;

  /// The register at `offset`; false if it is none of these.
  bool read(uint32_t offset, uint32_t* value) const;
  bool write(uint32_t offset, uint32_t value);
};

/// A transfer happens when MOVER_GO is written and is over kLatency cycles and one a beat later.
class Mover {
 public:
  static constexpr uint64_t kLatency = 40;

  Mover(const tercet_config& machine, MemoryBus& bus);

  /// MOVER_* registers; false if `offset` is none of them. `cycle` is now.
  bool read(uint32_t offset, uint64_t cycle, uint32_t* value) const;
  bool write(uint32_t offset, uint64_t cycle, uint32_t value, BusResponse* response);

  bool busy(uint64_t cycle) const { return cycle < busy_until_; }
  uint64_t busy_until() const { return busy_until_; }
  std::vector<uint32_t>& buffer() { return buffer_; }

 private:
  BusResponse start(uint64_t cycle, uint32_t go);
  void transfer(const tercet_mover_go& go);

  uint32_t beat_bytes_;
  uint32_t burst_beats_;
  MemoryBus& bus_;
  std::vector<uint32_t> buffer_;  // one burst
  MoverOperation operation_;
  uint32_t error_ = TERCET_ERR_NONE;
  uint64_t busy_until_ = 0;
};

}  // namespace tercet

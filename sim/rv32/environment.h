// SPDX-License-Identifier: Apache-2.0
// What a hart meets outside its memories: interrupt lines and the bus.
#pragma once

#include <cstdint>

namespace tercet::rv32 {

/// Bits of mip and mie, and of Environment::interrupts().
enum InterruptBit : uint32_t {
  kSoftwareInterrupt = 1u << 3,
  kTimerInterrupt = 1u << 7,
  kExternalInterrupt = 1u << 11,
};

struct BusRequest {
  uint64_t cycle;  ///< the first in which the request is on the bus
  bool write;
  uint32_t address;  ///< of the first byte, not of its word
  uint32_t wdata;
  uint32_t strobes;  ///< byte lanes that are read or written
};

struct BusAnswer {
  uint32_t rdata = 0;  ///< a whole word, on its byte lanes
  bool error = false;
  uint32_t wait = 0;  ///< cycles in which bus_ready_i was low
};

class Environment {
 public:
  Environment() = default;
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  virtual ~Environment() = default;
  /// The lines during `cycle`. Asked with rising cycles, of each instruction for the cycle before
  /// the one it begins in: everything up to that cycle has happened by then.
  virtual uint32_t interrupts(uint64_t cycle) = 0;
  /// Carries out an access. May take its time, but must answer.
  virtual BusAnswer access(const BusRequest& request) = 0;
};

}  // namespace tercet::rv32

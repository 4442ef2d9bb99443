// SPDX-License-Identifier: Apache-2.0
// What a hart meets outside its memories: interrupt lines and the bus; and what it shows there of
// each instruction.
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

/// What one instruction did, as the retire port of rtl/core/tercet_core.sv shows it. Fields that do
/// not apply are 0, as on the port.
struct Retire {
  uint64_t cycle = 0;  ///< in which it retired or trapped; 0 is the first after the release
  uint32_t pc = 0;
  uint32_t insn = 0;  ///< 0 if it could not be fetched or an interrupt took its place
  uint32_t rd = 0;
  uint32_t value = 0;
  uint32_t strobes = 0;  ///< byte lanes of a load or store
  bool write = false;
  uint32_t address = 0;
  uint32_t wdata = 0;  ///< a store's word on its byte lanes; a byte or half word is repeated on all
  bool trap = false;
  bool interrupt = false;
  uint32_t cause = 0;  ///< {interrupt, code}: mcause with its top bit at bit 4
};

inline bool operator==(const Retire& a, const Retire& b) {
  return a.cycle == b.cycle && a.pc == b.pc && a.insn == b.insn && a.rd == b.rd &&
         a.value == b.value && a.strobes == b.strobes && a.write == b.write &&
         a.address == b.address && a.wdata == b.wdata && a.trap == b.trap &&
         a.interrupt == b.interrupt && a.cause == b.cause;
}

}  // namespace tercet::rv32

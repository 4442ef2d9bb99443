// SPDX-License-Identifier: Apache-2.0
// What one instruction did, as the retire port of rtl/core/tercet_core.sv shows it.
#pragma once

#include <cstdint>

namespace tercet::rv32 {

/// Fields that do not apply are 0, as on the port.
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

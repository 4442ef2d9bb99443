// SPDX-License-Identifier: Apache-2.0
#include "sim/rv32/csr_file.h"

namespace tercet::rv32 {
namespace {

constexpr uint32_t kMieBit = 1u << 3, kMpieBit = 1u << 7, kMppMachine = 3u << 11;
constexpr uint32_t kAllInterrupts = kSoftwareInterrupt | kTimerInterrupt | kExternalInterrupt;
constexpr uint32_t kRv32i = 0x40000100;  // misa
constexpr uint32_t kImplementation = 1;  // mimpid
constexpr uint32_t kWordMask = ~3u;      // instructions are words: the low bits are always 0

uint64_t with_low(uint64_t value, uint32_t half) { return (value >> 32 << 32) | half; }
uint64_t with_high(uint64_t value, uint32_t half) {
  return static_cast<uint32_t>(value) | static_cast<uint64_t>(half) << 32;
}

}  // namespace

bool CsrFile::read(uint32_t number, uint64_t cycle, uint32_t* value) const {
  const auto is = [value](uint64_t word) { return *value = static_cast<uint32_t>(word), true; };
  switch (number) {
    case kMstatus:
      return is(kMppMachine | (interrupts_were_on_ ? kMpieBit : 0) |
                (interrupts_on_ ? kMieBit : 0));
    case kMisa:
      return is(kRv32i);
    case kMie:
      return is(mie_);
    case kMip:
      return is(mip_);
    case kMtvec:
      return is(mtvec_);
    case kMscratch:
      return is(mscratch_);
    case kMepc:
      return is(mepc_);
    case kMcause:
      return is(mcause_);
    case kMtval:
      return is(mtval_);
    case kMcycle:
      return is(mcycle(cycle));
    case kMcycleh:
      return is(mcycle(cycle) >> 32);
    case kMinstret:
      return is(minstret_);
    case kMinstreth:
      return is(minstret_ >> 32);
    case kMvendorid:
    case kMarchid:
    case kMconfigptr:
      return is(0);
    case kMimpid:
      return is(kImplementation);
    case kMhartid:
      return is(hart_id_);
    default:
      return false;
  }
}

bool CsrFile::write(uint32_t number, uint64_t cycle, uint32_t value) {
  uint32_t before = 0;
  const bool read_only = number >> 10 == 3;
  if (read_only || !read(number, cycle, &before)) return false;
  const auto set_mcycle = [&](uint64_t count) { mcycle_ = count, mcycle_at_ = cycle + 1; };
  const auto set_minstret = [&](uint64_t count) { minstret_ = count, minstret_written_ = true; };
  switch (number) {
    case kMstatus:
      interrupts_on_ = (value & kMieBit) != 0;
      interrupts_were_on_ = (value & kMpieBit) != 0;
      break;
    case kMie:
      mie_ = value & kAllInterrupts;
      break;
    case kMtvec:
      mtvec_ = value & kWordMask;
      break;
    case kMscratch:
      mscratch_ = value;
      break;
    case kMepc:
      mepc_ = value & kWordMask;
      break;
    case kMcause:
      mcause_ = value;
      break;
    case kMtval:
      mtval_ = value;
      break;
    case kMcycle:
      set_mcycle(with_low(mcycle(cycle), value));
      break;
    case kMcycleh:
      set_mcycle(with_high(mcycle(cycle), value));
      break;
    case kMinstret:
      set_minstret(with_low(minstret_, value));
      break;
    case kMinstreth:
      set_minstret(with_high(minstret_, value));
      break;
    default:
      break;  // misa and mip ignore writes
  }
  return true;
}

uint32_t CsrFile::interrupt_cause() const {
  const uint32_t due = mip_ & mie_;
  if ((due & kExternalInterrupt) != 0) return kInterruptCause | 11;
  if ((due & kSoftwareInterrupt) != 0) return kInterruptCause | 3;
  return kInterruptCause | 7;
}

uint32_t CsrFile::enter_trap(uint32_t cause, uint32_t pc, uint32_t value) {
  interrupts_were_on_ = interrupts_on_;
  interrupts_on_ = false;
  mepc_ = pc;
  mcause_ = (cause & kInterruptCause) != 0 ? 0x80000000u | (cause & 15) : cause;
  mtval_ = value;
  return mtvec_;
}

uint32_t CsrFile::leave_trap() {
  interrupts_on_ = interrupts_were_on_;
  interrupts_were_on_ = true;
  return mepc_;
}

void CsrFile::count_retired() {
  if (!minstret_written_) ++minstret_;
  minstret_written_ = false;
}

}  // namespace tercet::rv32

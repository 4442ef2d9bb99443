// SPDX-License-Identifier: Apache-2.0
// Machine-mode control and status registers, and what traps and mret do to them.
#pragma once

#include <cstdint>

#include "sim/rv32/environment.h"

namespace tercet::rv32 {

/// Causes of traps; kInterruptCause marks interrupts.
enum Cause : uint32_t {
  kFetchMisaligned = 0,
  kFetchFault = 1,
  kIllegalInstruction = 2,
  kBreakpoint = 3,
  kLoadMisaligned = 4,
  kLoadFault = 5,
  kStoreMisaligned = 6,
  kStoreFault = 7,
  kEnvironmentCall = 11,
  kInterruptCause = 16,
};

/// Numbers of the registers: RISC-V privileged specification 1.12, table 2.5.
enum CsrNumber : uint32_t {
  kMstatus = 0x300,
  kMisa = 0x301,
  kMie = 0x304,
  kMtvec = 0x305,
  kMscratch = 0x340,
  kMepc = 0x341,
  kMcause = 0x342,
  kMtval = 0x343,
  kMip = 0x344,
  kMcycle = 0xb00,
  kMinstret = 0xb02,
  kMcycleh = 0xb80,
  kMinstreth = 0xb82,
  kMvendorid = 0xf11,
  kMarchid = 0xf12,
  kMimpid = 0xf13,
  kMhartid = 0xf14,
  kMconfigptr = 0xf15,
};

class CsrFile {
 public:
  explicit CsrFile(uint32_t hart_id = 0) : hart_id_(hart_id) {}

  /// False if there is no such register.
  bool read(uint32_t number, uint64_t cycle, uint32_t* value) const;
  /// A write in `cycle`. False if the register is missing or only reads; some ignore writes.
  bool write(uint32_t number, uint64_t cycle, uint32_t value);

  void set_pending(uint32_t mip) { mip_ = mip; }
  bool wakes() const { return (mip_ & mie_) != 0; }
  bool interrupted() const { return wakes() && interrupts_on_; }
  /// The same if `mip` were pending; and whether an interrupt is let in when it comes.
  bool takes(uint32_t mip) const { return interrupts_on_ && (mip & mie_) != 0; }
  bool lets_in(uint32_t interrupt) const { return interrupts_on_ && (mie_ & interrupt) != 0; }
  uint32_t enabled() const { return mie_; }
  /// Of the most urgent interrupt that is pending and enabled.
  uint32_t interrupt_cause() const;

  /// Both return where execution goes on.
  uint32_t enter_trap(uint32_t cause, uint32_t pc, uint32_t value);
  uint32_t leave_trap();

  /// Counts an instruction, unless it wrote minstret.
  void count_retired();

 private:
  uint64_t mcycle(uint64_t cycle) const { return mcycle_ + (cycle - mcycle_at_); }

  uint32_t hart_id_;
  bool interrupts_on_ = false;       // mstatus.MIE
  bool interrupts_were_on_ = false;  // mstatus.MPIE
  uint32_t mie_ = 0, mip_ = 0, mtvec_ = 0, mscratch_ = 0, mepc_ = 0, mcause_ = 0, mtval_ = 0;
  uint64_t mcycle_ = 0, mcycle_at_ = 0;  // mcycle is mcycle_ in cycle mcycle_at_
  uint64_t minstret_ = 0;
  bool minstret_written_ = false;
};

}  // namespace tercet::rv32

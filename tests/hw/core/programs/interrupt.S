# SPDX-License-Identifier: Apache-2.0
# External, timer and software interrupts: enables, priority, mepc, wfi.
#include "check.inc"

/* A handler counts in s1, notes cause and mepc in s2 and s3, and silences what calls. */
.macro SILENCE_AND_RETURN
  la t0, raise_irq
  sw x0, 0(t0)
  la t0, tercet_timer_msip
  sw x0, 0(t0)
  li t1, -1
  la t0, tercet_timer_mtimecmp_hi
  sw t1, 0(t0)
  mret
.endm

.macro EXPECT_CAUSE number, code
  li t0, 0x80000000 + \code
  li gp, \number
  bne s2, t0, fail
.endm

START
  la t0, handler
  csrw mtvec, t0
  li s1, 0

  # Not enabled in mie, then not in mstatus: pending, but nothing happens.
  la a0, raise_irq
  la a1, tercet_timer_msip
  li a2, 1
  csrsi mstatus, 8
  sw a2, 0(a0)
  nop
  nop
  csrr a3, mip
  EXPECT 2, a3, 0x800
  csrci mstatus, 8
  li a3, 0x888
  csrw mie, a3
  sw a2, 0(a1)
  la a4, tercet_timer_mtimecmp_hi
  sw x0, 0(a4)
  la a4, tercet_timer_mtimecmp_lo
  sw x0, 0(a4)
  nop
  nop
  csrr a3, mip
  EXPECT 3, a3, 0x888
  EXPECT 4, s1, 0

  # All three at once: external, software, timer, each taken at the instruction behind.
  la s4, all_pending
  csrsi mstatus, 8
all_pending:
  nop
  EXPECT 10, s1, 1
  EXPECT_CAUSE 11, 11
  li gp, 12
  bne s3, s4, fail
  csrr a3, mip
  EXPECT 13, a3, 0

  csrci mstatus, 8
  sw a2, 0(a1)
  la a4, tercet_timer_mtimecmp_hi
  sw x0, 0(a4)
  nop
  nop
  csrsi mstatus, 8
  nop
  EXPECT 14, s1, 2
  EXPECT_CAUSE 15, 3

  # wfi wakes by the timer; the handler runs before the instruction behind.
  la s4, after_wfi
  la a4, tercet_timer_mtime_lo
  lw a5, 0(a4)
  addi a5, a5, 100
  la a4, tercet_timer_mtimecmp_lo
  sw a5, 0(a4)
  la a4, tercet_timer_mtimecmp_hi
  sw x0, 0(a4)
  wfi
after_wfi:
  nop
  EXPECT 20, s1, 3
  EXPECT_CAUSE 21, 7
  li gp, 22
  bne s3, s4, fail
  la a4, tercet_timer_mtime_lo
  lw a6, 0(a4)
  li gp, 23
  bltu a6, a5, fail

  # With interrupts off wfi wakes too, and no handler runs; with none enabled in mie it would sleep on.
  csrci mstatus, 8
  sw a2, 0(a0)
  wfi
  EXPECT 30, s1, 3
  sw x0, 0(a0)

  # Timer registers: whole words only, mtime only reads, nothing else is there.
  la a4, tercet_timer_mtimecmp_lo
  li a5, 0x1234
  sw a5, 0(a4)
  lw a6, 0(a4)
  EXPECT 40, a6, 0x1234
  la a4, tercet_timer_mtimecmp_hi
  lw a6, 0(a4)
  la a7, tercet_timer_msip
  lw a7, 0(a7)
  EXPECT 41, a7, 0
  la a4, tercet_timer_mtime_hi
  lw a6, 0(a4)
  EXPECT 42, a6, 0
  EXPECT_TRAP 43, 7
  sw x0, 0(a4)
  TRAP_END 43
  EXPECT_TRAP 44, 5
  lhu a6, 0(a4)
  TRAP_END 44
  EXPECT_TRAP 45, 5
  lw a6, 0x1c(a4)
  TRAP_END 45
  # mtime runs a cycle at a time.
  la a4, tercet_timer_mtime_lo
  lw a5, 0(a4)
  lw a6, 0(a4)
  sub a6, a6, a5
  EXPECT 46, a6, 2
  j pass

  .balign 4
handler:
  addi s1, s1, 1
  csrr s2, mcause
  csrr s3, mepc
  SILENCE_AND_RETURN

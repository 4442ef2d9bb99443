# SPDX-License-Identifier: Apache-2.0
# csrrw, csrrs, csrrc and their immediate forms; every register's writable bits; counters.
#include "check.inc"

.macro CHECK_WRITABLE number, csr, mask, fixed
  li a0, -1
  csrw \csr, a0
  csrr a1, \csr
  EXPECT \number, a1, (\mask) | (\fixed)
  csrw \csr, x0
  csrr a1, \csr
  EXPECT \number, a1, \fixed
.endm

START
  li a0, 0x0ff0a5a5
  csrrw a1, mscratch, a0
  li a0, 0x12345678
  csrrw a1, mscratch, a0
  EXPECT 2, a1, 0x0ff0a5a5
  csrrw a0, mscratch, x0
  EXPECT 3, a0, 0x12345678
  li a0, 0xf0
  csrrs a1, mscratch, a0
  EXPECT 4, a1, 0
  li a0, 0x0f
  csrrs a0, mscratch, a0
  EXPECT 5, a0, 0xf0
  li a0, 0x3c
  csrrc a1, mscratch, a0
  EXPECT 6, a1, 0xff
  csrrs a1, mscratch, x0
  EXPECT 7, a1, 0xc3
  csrrwi a1, mscratch, 21
  EXPECT 8, a1, 0xc3
  csrrsi a1, mscratch, 10
  EXPECT 9, a1, 21
  csrrci a1, mscratch, 16
  EXPECT 10, a1, 31
  csrrci a1, mscratch, 0
  EXPECT 11, a1, 15
  csrwi mscratch, 0

  la a2, unexpected_trap
  CHECK_WRITABLE 20, mstatus, 0x88, 0x1800
  CHECK_WRITABLE 21, mie, 0x888, 0
  CHECK_WRITABLE 22, mtvec, 0xfffffffc, 0
  csrw mtvec, a2
  CHECK_WRITABLE 23, mscratch, 0xffffffff, 0
  CHECK_WRITABLE 24, mepc, 0xfffffffc, 0
  CHECK_WRITABLE 25, mcause, 0xffffffff, 0
  CHECK_WRITABLE 26, mtval, 0xffffffff, 0
  CHECK_WRITABLE 27, mip, 0, 0
  CHECK_WRITABLE 28, misa, 0, 0x40000100

  # Registers that only read, read without a write.
  csrr a0, mvendorid
  EXPECT 30, a0, 0
  csrr a0, marchid
  EXPECT 31, a0, 0
  csrrc a0, mimpid, x0
  EXPECT 32, a0, 1
  csrrsi a0, mhartid, 0
  EXPECT 33, a0, 0
  csrr a0, 0xf15
  EXPECT 34, a0, 0
  EXPECT_TRAP 35, 2
  csrw mhartid, x0
  TRAP_END 35
  EXPECT 35, t1, 0xf1401073
  EXPECT_TRAP 36, 2
  csrr a0, 0x7c0
  TRAP_END 36
  EXPECT 36, t1, 0x7c002573
  EXPECT_TRAP 37, 2
  csrrs a0, mvendorid, a1
  TRAP_END 37
  EXPECT_TRAP 38, 2
  csrrwi a0, 0xc00, 0
  TRAP_END 38
  EXPECT_TRAP 39, 2
  csrrci x0, marchid, 1
  TRAP_END 39

  # minstret counts what retires, mcycle cycles: three instructions, a taken branch counts two cycles.
  csrr a0, minstret
  csrr a1, mcycle
  j 1f
1:
  nop
  csrr a2, minstret
  csrr a3, mcycle
  sub a2, a2, a0
  EXPECT 40, a2, 4
  sub a3, a3, a1
  EXPECT 41, a3, 5
  # Written halves; a count runs into the upper half.
  li a0, -2
  csrw mcycleh, x0
  csrw mcycle, a0
  csrr a1, mcycle
  EXPECT 42, a1, -2
  nop
  csrr a1, mcycleh
  EXPECT 43, a1, 1
  csrwi minstreth, 7
  li a0, -1
  csrw minstret, a0
  csrr a1, minstret
  EXPECT 44, a1, -1
  csrr a1, minstreth
  EXPECT 45, a1, 8
  # A trap does not retire.
  li gp, 46
  la t0, 1f
  csrw mtvec, t0
  csrr a0, minstret
  ecall
  .balign 4
1:
  csrr a1, minstret
  sub a1, a1, a0
  EXPECT 46, a1, 1
  j pass

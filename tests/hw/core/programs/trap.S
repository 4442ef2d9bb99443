# SPDX-License-Identifier: Apache-2.0
# ecall, ebreak, mret, illegal instructions, misaligned and refused accesses and jumps: cause, mepc, mtval, mstatus.
#include "check.inc"

.macro ILLEGAL number, word
  EXPECT_TRAP \number, 2
  .word \word
  TRAP_END \number
  EXPECT \number, t1, \word
.endm

START
  # mstatus of a trap: MIE moves to MPIE; mret moves it back.
  csrw mstatus, 0x8
  EXPECT_TRAP 2, 11
  ecall
  TRAP_END 2
  EXPECT 2, t1, 0
  csrr a0, mstatus
  EXPECT 3, a0, 0x1880
  la a0, 1f
  csrw mepc, a0
  mret
  j fail
1:
  csrr a0, mstatus
  EXPECT 4, a0, 0x1888
  csrw mstatus, x0
  la a0, 1f
  csrw mepc, a0
  mret
  j fail
1:
  csrr a0, mstatus
  EXPECT 5, a0, 0x1880

  EXPECT_TRAP 10, 3
  ebreak
  TRAP_END 10
  EXPECT 10, t1, 0

  ILLEGAL 20, 0x00000000
  ILLEGAL 21, 0xffffffff
  ILLEGAL 22, 0x02b50533  # mul: there is no M
  ILLEGAL 23, 0x40001013  # slli with funct7
  ILLEGAL 24, 0x02005013  # srli of 32 and more
  ILLEGAL 25, 0x40007033  # and with funct7
  ILLEGAL 26, 0x00002063  # branch 2
  ILLEGAL 27, 0x00003003  # ld
  ILLEGAL 28, 0x00006003  # lwu
  ILLEGAL 29, 0x00003023  # sd
  ILLEGAL 30, 0x00001067  # jalr 1
  ILLEGAL 31, 0x0000200f  # fence 2
  ILLEGAL 32, 0x00200073  # uret
  ILLEGAL 33, 0x10200073  # sret
  ILLEGAL 34, 0x000000f3  # ecall with rd
  ILLEGAL 35, 0x00004073  # system 4
  ILLEGAL 36, 0x12000073  # sfence.vma
  ILLEGAL 37, 0x00000001  # c.nop: there is no C
  ILLEGAL 38, 0x0000002f  # lr.w: there is no A

  # Misaligned accesses change nothing.
  la a1, words
  li a0, 0x77
  EXPECT_TRAP 40, 4
  lw a0, 2(a1)
  TRAP_END 40
  addi a2, a1, 2
  bne t1, a2, fail
  EXPECT 41, a0, 0x77
  EXPECT_TRAP 42, 4
  lhu a0, 1(a1)
  TRAP_END 42
  EXPECT_TRAP 43, 4
  lh a0, 3(a1)
  TRAP_END 43
  EXPECT_TRAP 44, 6
  sw a0, 1(a1)
  TRAP_END 44
  EXPECT_TRAP 45, 6
  sh a0, 3(a1)
  TRAP_END 45
  addi a2, a1, 3
  bne t1, a2, fail
  lw a2, 0(a1)
  EXPECT 46, a2, 0x13579bdf
  la a3, nobody
  EXPECT_TRAP 47, 4  # misaligned comes before refused
  lw a0, 1(a3)
  TRAP_END 47

  # Refused by the bus; data accesses to the instruction memory are.
  li a0, 0x77
  EXPECT_TRAP 50, 5
  lw a0, 4(a3)
  TRAP_END 50
  addi a2, a3, 4
  bne t1, a2, fail
  EXPECT 51, a0, 0x77
  EXPECT_TRAP 52, 7
  sb a0, 3(a3)
  TRAP_END 52
  addi a2, a3, 3
  bne t1, a2, fail
  EXPECT_TRAP 53, 5
  lw a0, 0(x0)
  TRAP_END 53
  EXPECT 53, t1, 0
  EXPECT_TRAP 54, 7
  sw a0, 0(sp)  # just past the data memory
  TRAP_END 54
  bne t1, sp, fail

  # Jumps to where no instruction can be: the jump traps, or the fetch behind it.
  la a2, words
  li a0, 0x77
  EXPECT_TRAP 60, 0
  jalr a0, 3(x0)
  TRAP_END 60
  EXPECT 60, t1, 2
  EXPECT 61, a0, 0x77
  EXPECT_TRAP 62, 0
  .word 0x0020056f  # jal a0, . + 2
  TRAP_END 62
  addi a3, s10, 2
  bne t1, a3, fail
  EXPECT 63, a0, 0x77
  EXPECT_TRAP 64, 0
  .word 0x00000163  # beq x0, x0, . + 2
  TRAP_END 64
  addi a3, s10, 2
  bne t1, a3, fail
  li gp, 65
  .word 0x00001163  # bne x0, x0, . + 2: not taken, so it is no error
  EXPECT_TRAP 66, 1
  la s10, words  # where the fetch fails
  jr s10
  TRAP_END 66
  bne t1, s10, fail
  j pass
.data
.balign 4
words: .word 0x13579bdf, 0x2468ace0

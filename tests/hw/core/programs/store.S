# SPDX-License-Identifier: Apache-2.0
# sb, sh, sw: every alignment, to the data memory and to the bus; what is beside stays.
#include "check.inc"

.macro CHECK_STORE number, op, result, offset, base
  la a3, \base
  li a4, 0x11223344
  sw a4, 0(a3)
  li a4, 0xaabbccdd
  \op a4, \offset(a3)
  lw a5, 0(a3)
  EXPECT \number, a5, \result
.endm

.macro CHECK_ALL number, base
  CHECK_STORE \number + 0, sb, 0x112233dd, 0, \base
  CHECK_STORE \number + 1, sb, 0x1122dd44, 1, \base
  CHECK_STORE \number + 2, sb, 0x11dd3344, 2, \base
  CHECK_STORE \number + 3, sb, 0xdd223344, 3, \base
  CHECK_STORE \number + 4, sh, 0x1122ccdd, 0, \base
  CHECK_STORE \number + 5, sh, 0xccdd3344, 2, \base
  CHECK_STORE \number + 6, sw, 0xaabbccdd, 0, \base
  la a3, \base
  sw x0, 4(a3)
  sw a4, 0(a3)
  lw a5, 4(a3)
  EXPECT \number + 7, a5, 0
  # The first byte of a word that was just stored.
  sw a4, 4(a3)
  lbu a5, 4(a3)
  EXPECT \number + 8, a5, 0xdd
  addi a3, a3, 2047
  sb x0, 5 - 2047(a3)
  lw a5, 4 - 2047(a3)
  EXPECT \number + 9, a5, 0xaabb00dd
.endm

START
  CHECK_ALL 10, words
  CHECK_ALL 30, scratch
  # The stack's last word is the memory's last.
  li a0, 0x5555aaaa
  sw a0, -4(sp)
  lhu a1, -2(sp)
  EXPECT 50, a1, 0x5555
  j pass
.bss
.balign 4
words: .space 8

# SPDX-License-Identifier: Apache-2.0
# lb, lbu, lh, lhu, lw: every alignment, from the data memory and from the bus.
#include "check.inc"

.macro CHECK_LOAD number, op, result, offset, base
  la a3, \base
  \op a5, \offset(a3)
  EXPECT \number, a5, \result
  la a3, \base
  addi a3, a3, 8
  \op a3, \offset - 8(a3)
  add a4, a3, x0
  EXPECT \number, a4, \result
.endm

.macro CHECK_ALL number, base
  CHECK_LOAD \number + 0, lb, 0x01, 0, \base
  CHECK_LOAD \number + 1, lb, 0xffffff82, 1, \base
  CHECK_LOAD \number + 2, lb, 0x73, 2, \base
  CHECK_LOAD \number + 3, lb, 0xfffffff4, 3, \base
  CHECK_LOAD \number + 4, lbu, 0x01, 0, \base
  CHECK_LOAD \number + 5, lbu, 0x82, 1, \base
  CHECK_LOAD \number + 6, lbu, 0x73, 2, \base
  CHECK_LOAD \number + 7, lbu, 0xf4, 3, \base
  CHECK_LOAD \number + 8, lh, 0xffff8201, 0, \base
  CHECK_LOAD \number + 9, lh, 0xfffff473, 2, \base
  CHECK_LOAD \number + 10, lh, 0x7fff, 4, \base
  CHECK_LOAD \number + 11, lhu, 0x8201, 0, \base
  CHECK_LOAD \number + 12, lhu, 0xf473, 2, \base
  CHECK_LOAD \number + 13, lw, 0xf4738201, 0, \base
  CHECK_LOAD \number + 14, lw, 0x80007fff, 4, \base
.endm

START
  CHECK_ALL 10, words
  la a0, words
  la a1, scratch
  lw a2, 0(a0)
  sw a2, 0(a1)
  lw a2, 4(a0)
  sw a2, 4(a1)
  CHECK_ALL 40, scratch
  # A load to x0 is carried out and forgotten.
  la a0, words
  lw x0, 0(a0)
  EXPECT 60, x0, 0
  j pass
.data
.balign 4
words: .word 0xf4738201, 0x80007fff

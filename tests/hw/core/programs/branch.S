# SPDX-License-Identifier: Apache-2.0
# beq, bne, blt, bge, bltu, bgeu: taken forwards and backwards, and not taken.
#include "check.inc"

.macro TAKEN number, op, a, b
  li gp, \number
  li a3, \a
  li a4, \b
  \op a3, a4, 2f
  j fail
1: \op a3, a4, 3f
  j fail
2: \op a3, a4, 1b
  j fail
3:
.endm

.macro NOT_TAKEN number, op, a, b
  li gp, \number
  li a3, \a
  li a4, \b
  \op a3, a4, fail
  \op a3, a4, fail
.endm

START
  TAKEN 2, beq, 7, 7
  NOT_TAKEN 3, beq, 7, 8
  NOT_TAKEN 4, beq, 0x80000000, 0
  TAKEN 12, bne, 7, 8
  TAKEN 13, bne, 0, 0x80000000
  NOT_TAKEN 14, bne, -1, -1
  TAKEN 22, blt, -1, 0
  TAKEN 23, blt, 0x80000000, 0x7fffffff
  NOT_TAKEN 24, blt, 0, -1
  NOT_TAKEN 25, blt, 4, 4
  TAKEN 32, bge, 0, -1
  TAKEN 33, bge, 4, 4
  NOT_TAKEN 34, bge, 0x80000000, 0x7fffffff
  TAKEN 42, bltu, 0, -1
  TAKEN 43, bltu, 0x7fffffff, 0x80000000
  NOT_TAKEN 44, bltu, -1, 0
  NOT_TAKEN 45, bltu, 4, 4
  TAKEN 52, bgeu, -1, 0
  TAKEN 53, bgeu, 4, 4
  NOT_TAKEN 54, bgeu, 0x7fffffff, 0x80000000

  # A branch sees what the instructions before it wrote, and nothing behind a taken one happens.
  li gp, 60
  li a0, 0
  li a1, 10
1:
  addi a0, a0, 3
  addi a1, a1, -1
  bnez a1, 1b
  EXPECT 60, a0, 30
  li a0, 1
  beq x0, x0, 1f
  addi a0, a0, 1
  addi a0, a0, 1
1:
  EXPECT 61, a0, 1
  j pass

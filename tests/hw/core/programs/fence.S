# SPDX-License-Identifier: Apache-2.0
# fence and fence.i do nothing; fields that have no meaning yet are ignored.
#include "check.inc"
START
  la a0, word
  li a1, 0x600d
  sw a1, 0(a0)
  fence rw, rw
  lw a2, 0(a0)
  EXPECT 2, a2, 0x600d
  fence.tso
  .word 0x0000100f  # fence.i
  .word 0xfff0100f
  .word 0xffff8f8f  # fence with every reserved field set
  EXPECT 3, a2, 0x600d
  j pass
.bss
.balign 4
word: .space 4

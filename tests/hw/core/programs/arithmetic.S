# SPDX-License-Identifier: Apache-2.0
# add, addi, sub, lui, auipc.
#include "check.inc"
START
  CHECK_RR 2, add, 0, 0, 0
  CHECK_RR 3, add, 8, 3, 5
  CHECK_RR 4, add, 0x80000000, 0x7fffffff, 1
  CHECK_RR 5, add, 0x7fff8000, 0x80000000, 0xffff8000
  CHECK_RR 6, add, 0xfffffffe, -1, -1
  CHECK_RR 7, add, 0, 1, -1

  CHECK_IMM 12, addi, 2047, 0, 2047
  CHECK_IMM 13, addi, -2048, 0, -2048
  CHECK_IMM 14, addi, 0x7ffff7ff, 0x7fffffff, -2048
  CHECK_IMM 15, addi, 0x800007fe, 0x7fffffff, 2047

  CHECK_RR 22, sub, 0, 9, 9
  CHECK_RR 23, sub, -2, 3, 5
  CHECK_RR 24, sub, 0x80000000, 0, 0x80000000
  CHECK_RR 25, sub, 0x80000000, 0x7fffffff, -1
  CHECK_RR 26, sub, 0x7fffffff, 0x80000000, 1

  lui a5, 0
  EXPECT 32, a5, 0
  lui a5, 0xfffff
  EXPECT 33, a5, 0xfffff000
  lui a5, 0x7ffff
  srai a5, a5, 12
  EXPECT 34, a5, 0x7ffff
  lui x0, 0x80000
  EXPECT 35, x0, 0

  la a4, here
here:
  auipc a5, 0
  sub a5, a5, a4
  EXPECT 42, a5, 0
  la a4, there
there:
  auipc a5, 0xfffff
  sub a5, a5, a4
  EXPECT 43, a5, 0xfffff000
  j pass

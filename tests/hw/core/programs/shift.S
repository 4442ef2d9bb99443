# SPDX-License-Identifier: Apache-2.0
# sll, slli, srl, srli, sra, srai; only the low five bits of a distance count.
#include "check.inc"
START
  CHECK_RR 2, sll, 1, 1, 0
  CHECK_RR 3, sll, 0x80000000, 1, 31
  CHECK_RR 5, sll, 0x90909080, 0x21212121, 7
  CHECK_IMM 12, slli, 0x48484800, 0x12121212, 10
  CHECK_IMM 13, slli, 0x80000000, -1, 31
  CHECK_RR 22, srl, 0x80000000, 0x80000000, 32
  CHECK_RR 23, srl, 1, 0x80000000, 31
  CHECK_RR 24, srl, 0x00424242, 0x21212121, 0xffffffe7
  CHECK_IMM 32, srli, 0x1fffffff, -1, 3
  CHECK_IMM 33, srli, 0x21212121, 0x21212121, 0
  CHECK_RR 42, sra, -1, 0x80000000, 31
  CHECK_RR 43, sra, 0x00ffffff, 0x7fffffff, 7
  CHECK_RR 44, sra, 0xff030303, 0x81818181, 0xffffffe7
  CHECK_IMM 52, srai, 0xf8000000, 0x80000000, 4
  CHECK_IMM 53, srai, 0, 0x7fffffff, 31
  j pass

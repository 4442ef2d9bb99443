# SPDX-License-Identifier: Apache-2.0
# slt, slti, sltu, sltiu.
#include "check.inc"
START
  CHECK_RR 2, slt, 0, 0, 0
  CHECK_RR 3, slt, 1, -1, 0
  CHECK_RR 4, slt, 0, 0, -1
  CHECK_RR 5, slt, 1, 0x80000000, 0x7fffffff
  CHECK_RR 6, slt, 0, 0x7fffffff, 0x80000000
  CHECK_RR 7, slt, 1, 0x80000000, 0x80000001
  CHECK_IMM 12, slti, 1, -2048, -2047
  CHECK_IMM 13, slti, 0, 5, -1
  CHECK_IMM 14, slti, 1, 0x80000000, 0
  CHECK_RR 22, sltu, 0, 0, 0
  CHECK_RR 23, sltu, 0, -1, 0
  CHECK_RR 24, sltu, 1, 0, -1
  CHECK_RR 25, sltu, 0, 0x80000000, 0x7fffffff
  CHECK_RR 26, sltu, 1, 0x7fffffff, 0x80000000
  CHECK_IMM 32, sltiu, 1, 5, -1
  CHECK_IMM 33, sltiu, 0, 0xfffff800, -2048
  CHECK_IMM 34, sltiu, 1, 0, 1
  j pass

# SPDX-License-Identifier: Apache-2.0
# and, andi, or, ori, xor, xori.
#include "check.inc"
START
  CHECK_RR 2, and, 0x0f000f00, 0xff00ff00, 0x0f0f0f0f
  CHECK_RR 3, and, 0, 0xaaaaaaaa, 0x55555555
  CHECK_RR 4, and, -1, -1, -1
  CHECK_IMM 12, andi, 0xff00f800, 0xff00ff00, -0x7f1
  CHECK_IMM 13, andi, 0x0f0, 0x00ff00ff, 0x0f0
  CHECK_RR 22, or, 0xff0fff0f, 0xff00ff00, 0x0f0f0f0f
  CHECK_RR 23, or, -1, 0xaaaaaaaa, 0x55555555
  CHECK_IMM 32, ori, 0xffffff0f, 0xff00ff00, -241
  CHECK_IMM 33, ori, 0x00ff07ff, 0x00ff00ff, 0x7ff
  CHECK_RR 42, xor, 0xf00ff00f, 0xff00ff00, 0x0f0f0f0f
  CHECK_RR 43, xor, 0, 0x12345678, 0x12345678
  CHECK_IMM 52, xori, 0xff00ff00, 0x00ff00ff, -1
  CHECK_IMM 53, xori, 0x00ff0700, 0x00ff00ff, 0x7ff
  j pass

# SPDX-License-Identifier: Apache-2.0
# jal, jalr: link, distance both ways, the lowest bit of a jalr dropped, rd = rs1.
#include "check.inc"
START
  li gp, 2
  la a1, linked
  jal a0, 1f
linked:
  j fail
1:
  bne a0, a1, fail

  li gp, 3
  j 2f
1:
  j 3f
2:
  jal x0, 1b
  j fail
3:
  li gp, 4
  la a0, 4f
  la a2, 3f
  jalr a1, a0, 0
3:
  j fail
4:
  bne a1, a2, fail

  li gp, 5
  la a0, 5f
  la a2, 4f
  jalr a0, a0, 1
4:
  j fail
5:
  bne a0, a2, fail

  li gp, 6
  la a0, 6f
  addi a0, a0, 2047
  jalr x0, a0, -2047
  j fail
6:
  # A call and its return.
  li gp, 7
  li a0, 20
  call doubled
  call doubled
  EXPECT 7, a0, 80
  j pass
doubled:
  add a0, a0, a0
  ret

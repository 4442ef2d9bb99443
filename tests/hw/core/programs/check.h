/* SPDX-License-Identifier: Apache-2.0 */
/* Macros of the test programs. Each check has a number, in gp while it runs: tohost gets 1 if all hold, else
   2 * number of the first that does not. A trap that no check expects reports its number too. */

.macro START
  .section .text.start, "ax"
  .globl _start
_start:
  la t0, unexpected_trap
  csrw mtvec, t0
  la sp, stack_end
  li gp, 0
  j main
  .balign 4
unexpected_trap:
fail:
  slli gp, gp, 1
  la t0, tohost
  sw gp, 0(t0)
1: j 1b
pass:
  li gp, 1
  la t0, tohost
  sw gp, 0(t0)
1: j 1b
  .text
main:
.endm

/* reg must hold value. Uses t6. */
.macro EXPECT number, reg, value
  li gp, \number
  li t6, \value
  bne \reg, t6, fail
.endm

/* op a5, a, b = result; operands in many places, with and without distance to their definition. */
.macro CHECK_RR number, op, result, a, b
  li a3, \a
  li a4, \b
  \op a5, a3, a4
  EXPECT \number, a5, \result
  li a4, \b
  li a3, \a
  nop
  \op a3, a3, a4
  EXPECT \number, a3, \result
  li a3, \a
  li a4, \b
  nop
  nop
  \op a4, a3, a4
  EXPECT \number, a4, \result
  li a3, \a
  li a4, \b
  \op x0, a3, a4
  EXPECT \number, x0, 0
.endm

.macro CHECK_IMM number, op, result, a, imm
  li a3, \a
  \op a5, a3, \imm
  EXPECT \number, a5, \result
  li a3, \a
  nop
  \op a3, a3, \imm
  EXPECT \number, a3, \result
  \op x0, a3, \imm
  EXPECT \number, x0, 0
.endm

/* The statements up to the label resume_NUMBER must trap, at the first of them, with this cause and mtval. */
.macro EXPECT_TRAP number, cause
  li gp, \number
  la t0, trapped_\number
  csrw mtvec, t0
  la s10, at_\number
  j at_\number
  .balign 4
trapped_\number:
  csrr t1, mcause
  li t2, \cause
  bne t1, t2, fail
  csrr t1, mepc
  bne t1, s10, fail
  la t0, unexpected_trap
  csrw mtvec, t0
  j resume_\number
  .balign 4
at_\number:
.endm

.macro TRAP_END number
  j fail
resume_\number:
  csrr t1, mtval
.endm

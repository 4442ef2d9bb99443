# SPDX-License-Identifier: Apache-2.0
# Entry at address 0: pointers, trap vector, main. The host has loaded data and cleared the rest.
    .section .text.start, "ax"
    .globl _start
_start:
    .option push
    .option norelax
    la gp, __global_pointer$
    .option pop
    la sp, __stack_top
    la t0, trap
    csrw mtvec, t0
    li t0, 0x880             # mie: external and timer; mstatus.MIE stays 0, so they only end wfi
    csrw mie, t0
    call tercet_main

    .balign 4
trap:                        # whatever happened, the stack and gp are sound or rebuilt here
    la sp, __stack_top
    csrr a0, mcause
    j tercet_fault

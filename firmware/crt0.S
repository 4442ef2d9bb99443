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

    .globl tercet_try_write  # (address, value): 0, or 1 if the bus answered with an error
tercet_try_write:
    mv a2, a0
    li a0, 0
try_store:
    sw a1, 0(a2)
    ret

    .balign 4
trap:                        # of try_store: on with it. Its caller counts on neither t0 nor t1
    csrr t0, mepc
    la t1, try_store
    bne t0, t1, fault
    li a0, 1
    addi t0, t0, 4
    csrw mepc, t0
    mret
fault:                       # whatever happened, the stack and gp are sound or rebuilt here
    la sp, __stack_top
    csrr a0, mcause
    j tercet_fault

/* SPDX-License-Identifier: Apache-2.0 */
/* The core's bus: registers, the mover's buffer, the timer. Addresses are those of rtl/spec. */
#ifndef TERCET_FIRMWARE_HAL_H_
#define TERCET_FIRMWARE_HAL_H_

#include <stdint.h>

#include "tercet_hw.h"

static inline uint32_t tercet_read(uint32_t offset) {
  return *(volatile const uint32_t*)(TERCET_CORE_BASE_REGISTERS + offset);
}
static inline void tercet_write(uint32_t offset, uint32_t value) {
  *(volatile uint32_t*)(TERCET_CORE_BASE_REGISTERS + offset) = value;
}

/* Words of the mover's buffer. */
static inline volatile uint32_t* tercet_mover_buffer(void) {
  return (volatile uint32_t*)TERCET_CORE_BASE_MOVER;
}

static inline uint32_t tercet_timer_read(uint32_t offset) {
  return *(volatile const uint32_t*)(TERCET_CORE_BASE_TIMER + offset);
}
static inline void tercet_timer_write(uint32_t offset, uint32_t value) {
  *(volatile uint32_t*)(TERCET_CORE_BASE_TIMER + offset) = value;
}

/* Cycles, low half: differences are right up to 2^32. */
static inline uint32_t tercet_now(void) { return tercet_timer_read(TERCET_CORE_TIMER_MTIME_LO); }

/* Until an interrupt is pending; none is ever taken. */
static inline void tercet_wait_for_interrupt(void) { __asm__ volatile("wfi" ::: "memory"); }

#endif

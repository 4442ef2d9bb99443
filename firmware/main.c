/* SPDX-License-Identifier: Apache-2.0 */
/* Looks, works, sleeps. Interrupts are never taken: they end the sleep, and the loop looks again.
 */
#include "hal.h"
#include "state.h"

struct tercet_state tercet;
struct tercet_slot tercet_slots[TERCET_SLOTS];

enum { TERCET_LONGEST_SLEEP = 1 << 20 }; /* cycles; with something that only the clock tells */

static void tercet_state_write(uint32_t phase, uint32_t detail) {
  const struct tercet_fw_state state = {.phase = phase, .detail = detail};
  tercet_write(TERCET_CSR_FW_STATE, tercet_fw_state_pack(state));
}

/* What CORE_IRQ tells. Bits are cleared before the look, so that nothing is missed; but what an
   abort is about is settled when its bit is cleared. */
static void tercet_events(uint32_t bits) {
  const struct tercet_core_irq irq = tercet_core_irq_unpack(bits);
  if (irq.abort != 0) tercet_doorbell_read();
  const uint32_t aborted = tercet.doorbell;
  tercet_write(TERCET_CSR_CORE_IRQ, bits);
  if (irq.engine != 0) tercet_engine_poll();
  if (irq.mover != 0) tercet_mover_end();
  if (irq.doorbell != 0) tercet_doorbell_read();
  if (irq.abort != 0) {
    tercet_engine_abort();
    tercet.abort_left = aborted - tercet.issued;
  }
}

/* One step of whatever can be done; 0 if nothing can: all of it needs the mover's buffer. */
static int tercet_work(void) {
  if (tercet.job != TERCET_JOB_NONE) return 0;
  const int few = tercet.started - tercet.completed < TERCET_FEW;
  if (!few && tercet_store_start()) return 1;
  if (tercet_issue() || tercet_fetch_start()) return 1;
  return few && tercet_store_start();
}

/* Sleeps until an interrupt, or until the time at which only the clock knows more: a command is too
   long on the engine, or the host may have made room for completions (CONSUMED wakes nobody). */
static void tercet_sleep(void) {
  const int full = tercet.stored != tercet.issued && tercet.job == TERCET_JOB_NONE &&
                   tercet_slot_done(tercet_slot_at(tercet.stored));
  const int watched = tercet.watchdog != 0 && tercet.started != tercet.completed;
  if (!full && !watched) {
    tercet_wait_for_interrupt();
    return;
  }
  if (tercet_watchdog_check()) return;
  uint32_t cycles = TERCET_LONGEST_SLEEP;
  if (watched) {
    const uint32_t left = tercet.watchdog - (tercet_now() - tercet.watch_since);
    if (left < cycles) cycles = left;
  }
  if (full) cycles = 256;
  uint32_t lo, hi;
  do {
    hi = tercet_timer_read(TERCET_CORE_TIMER_MTIME_HI);
    lo = tercet_now();
  } while (hi != tercet_timer_read(TERCET_CORE_TIMER_MTIME_HI));
  tercet_timer_write(TERCET_CORE_TIMER_MTIMECMP_LO, lo + cycles);
  tercet_timer_write(TERCET_CORE_TIMER_MTIMECMP_HI, hi + (lo + cycles < lo ? 1 : 0));
  tercet_wait_for_interrupt();
  tercet_timer_write(TERCET_CORE_TIMER_MTIMECMP_HI, UINT32_MAX);
}

void tercet_main(void) {
  const int wrong = tercet_boot_read();
  if (wrong >= 0) {
    tercet_state_write(TERCET_FW_PHASE_BAD_BOOT, (uint32_t)wrong);
    const struct tercet_host_irq_set set = {.fault = 1};
    tercet_write(TERCET_CSR_HOST_IRQ_SET, tercet_host_irq_set_pack(set));
    for (;;) tercet_wait_for_interrupt();
  }
  tercet_mover_wait(); /* of the firmware before this one */
  for (uint32_t i = 0; i < TERCET_COUNTED; ++i) {
    tercet.counters[i] = tercet_read(TERCET_CSR_ARRAY_ACTIVE_LO + 8 * i);
  }
  tercet.reset_ticket = -tercet_read(TERCET_CSR_COMPLETED);
  const struct tercet_core_irq_enable enable = {.doorbell = 1, .abort = 1, .engine = 1, .mover = 1};
  tercet_write(TERCET_CSR_CORE_IRQ_ENABLE, tercet_core_irq_enable_pack(enable));
  tercet_state_write(TERCET_FW_PHASE_READY, 0);
  for (;;) {
    const uint32_t events = tercet_read(TERCET_CSR_CORE_IRQ);
    if (events != 0) tercet_events(events);
    if (!tercet_work() && events == 0) tercet_sleep();
  }
}

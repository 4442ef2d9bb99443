/* SPDX-License-Identifier: Apache-2.0 */
/* GEMMs on the engine: start, completion, errors, watchdog. */
#include "hal.h"
#include "state.h"
#include "version.h"

enum { TERCET_RESET_POLLS = 1 << 20 }; /* several million cycles for the transactions still open */

/* Drops what is on the engine; the slots were told. */
static void tercet_engine_reset(void) {
  const struct tercet_ctrl ctrl = {.soft_reset = 1};
  tercet_write(TERCET_CSR_CTRL, tercet_ctrl_pack(ctrl));
  for (uint32_t polls = 0; tercet_status_unpack(tercet_read(TERCET_CSR_STATUS)).idle == 0;
       ++polls) {
    if (polls == TERCET_RESET_POLLS) tercet_fault(TERCET_FAULT_ENGINE_BUSY);
  }
  tercet.reset_ticket = tercet.completed = tercet.started;
}

/* The engine stopped. Its oldest command ends with `code`. The ones behind it are read again if
   that was refused, as if they had not been; otherwise those on the engine end with aborted. */
static void tercet_engine_drop(uint32_t code, int again) {
  uint32_t status = code;
  for (uint32_t i = tercet.stored; i != tercet.issued; ++i) {
    struct tercet_slot* slot = tercet_slot_at(i);
    if (tercet_slot_done(slot)) continue;
    if (slot->head != TERCET_OPCODE_GEMM << 8) continue; /* never was on the engine */
    slot->head |= status;
    slot->cycles = 0;
    status = TERCET_ERR_ABORTED;
    if (again) {
      if (tercet.issued != i + 1) tercet.record = tercet.record_end;
      tercet.issued = i + 1;
      break;
    }
  }
  tercet_engine_reset();
}

static void tercet_completed_read(void) {
  const uint32_t completed = tercet.reset_ticket + tercet_read(TERCET_CSR_COMPLETED);
  if (completed == tercet.completed) return;
  tercet.completed = completed;
  tercet.watch_since = tercet_now();
}

void tercet_engine_poll(void) {
  const struct tercet_irq all = {.done = 1, .error = 1};
  tercet_write(TERCET_CSR_IRQ,
               tercet_irq_pack(all)); /* before the look: what follows raises it again */
  tercet_completed_read();
  const uint32_t code = tercet_error_unpack(tercet_read(TERCET_CSR_ERROR)).code;
  if (code == TERCET_ERR_NONE) return;
  tercet_completed_read(); /* commands may have completed since the first look */
  const int refused = code <= TERCET_ERR_BAD_WEIGHT_BEATS || code == TERCET_ERR_BAD_ADDRESS;
  tercet_engine_drop(code, refused);
}

void tercet_engine_abort(void) {
  tercet_completed_read();
  if (tercet.started != tercet.completed) {
    tercet_engine_drop(TERCET_ERR_ABORTED, 0);
  }
}

int tercet_watchdog_check(void) {
  if (tercet.watchdog == 0 || tercet.started == tercet.completed) return 0;
  if (tercet_now() - tercet.watch_since < tercet.watchdog) return 0;
  tercet_completed_read();
  if (tercet.started == tercet.completed || tercet_now() - tercet.watch_since < tercet.watchdog) {
    return 0;
  }
  tercet_engine_drop(TERCET_ERR_WATCHDOG, 0);
  return 1;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* GEMMs on the engine: start, completion, errors, watchdog. */
#include "hal.h"
#include "state.h"
#include "version.h"

enum { TERCET_RESET_POLLS = 1 << 20 }; /* several million cycles for the transactions still open */

void tercet_gemm_start(struct tercet_slot* slot) {
  const uint32_t* words = slot->words;
  tercet_write(TERCET_CSR_CMD_M, words[2] & TERCET_MAX_CMD_M);
  tercet_write(TERCET_CSR_CMD_N, words[3]);
  tercet_write(TERCET_CSR_CMD_K, words[4]);
  tercet_write(TERCET_CSR_CMD_MTILE, words[2] >> 16);
  tercet_write(TERCET_CSR_CMD_FLAGS, words[0] >> 8);
  tercet_write(TERCET_CSR_CMD_WBEATS, words[5]);
  tercet_write(TERCET_CSR_CMD_ACT_LO, words[6]);
  tercet_write(TERCET_CSR_CMD_ACT_HI, words[7]);
  tercet_write(TERCET_CSR_CMD_WGT_LO, words[8]);
  tercet_write(TERCET_CSR_CMD_WGT_HI, words[9]);
  tercet_write(TERCET_CSR_CMD_OUT_LO, words[10]);
  tercet_write(TERCET_CSR_CMD_OUT_HI, words[11]);
  const struct tercet_start start = {.go = 1};
  tercet_write(TERCET_CSR_START, tercet_start_pack(start));
  if (tercet.started == tercet.completed) tercet.watch_since = tercet_now();
  slot->ticket = ++tercet.started;
  slot->stage = TERCET_STAGE_ON_ENGINE;
}

int tercet_slot_done(const struct tercet_slot* slot) {
  if (slot->stage == TERCET_STAGE_DONE) return 1;
  return slot->stage == TERCET_STAGE_ON_ENGINE && (int32_t)(tercet.completed - slot->ticket) >= 0;
}

/* Drops what is on the engine; the slots were told. */
static void tercet_engine_reset(void) {
  const struct tercet_ctrl ctrl = {.soft_reset = 1};
  tercet_write(TERCET_CSR_CTRL, tercet_ctrl_pack(ctrl));
  for (uint32_t polls = 0;
       tercet_status_unpack(tercet_read(TERCET_CSR_STATUS)).idle == 0; ++polls) {
    if (polls == TERCET_RESET_POLLS) tercet_fault(TERCET_FAULT_ENGINE_BUSY);
  }
  tercet.reset_ticket = tercet.completed = tercet.started;
}

/* The engine stopped. Its oldest command ends with `code`. If that was refused (`others` is `waiting`) the
   ones behind it start again, as if they had not been; otherwise they end with aborted. */
static void tercet_engine_drop(uint32_t code, uint32_t others) {
  uint32_t verdict = code;
  for (uint32_t i = tercet.stored; i != tercet.issued; ++i) {
    struct tercet_slot* slot = tercet_slot_at(i);
    if (slot->stage == TERCET_STAGE_DONE || tercet_slot_done(slot)) continue;
    slot->stage = TERCET_STAGE_DONE;
    slot->verdict = verdict;
    verdict = TERCET_ERR_ABORTED;
    if (others != TERCET_STAGE_WAITING) continue;
    /* Refused descriptors among those behind are judged again, with the same result. */
    for (uint32_t j = i + 1; j != tercet.issued; ++j) {
      struct tercet_slot* behind = tercet_slot_at(j);
      if (behind->stage == TERCET_STAGE_ON_ENGINE) behind->stage = TERCET_STAGE_CHECKED;
    }
    tercet.issued = i + 1;
    break;
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
  tercet_write(TERCET_CSR_IRQ, tercet_irq_pack(all)); /* before the look: what follows raises it again */
  tercet_completed_read();
  const uint32_t code = tercet_error_unpack(tercet_read(TERCET_CSR_ERROR)).code;
  if (code == TERCET_ERR_NONE) return;
  tercet_completed_read(); /* commands may have completed since the first look */
  const int refused = code <= TERCET_ERR_BAD_WEIGHT_BEATS || code == TERCET_ERR_BAD_ADDRESS;
  tercet_engine_drop(code, refused ? TERCET_STAGE_WAITING : TERCET_STAGE_DONE);
}

void tercet_engine_abort(void) {
  tercet_completed_read();
  if (tercet.started != tercet.completed) {
    tercet_engine_drop(TERCET_ERR_ABORTED, TERCET_STAGE_DONE);
  }
}

int tercet_watchdog_check(void) {
  if (tercet.watchdog == 0 || tercet.started == tercet.completed) return 0;
  if (tercet_now() - tercet.watch_since < tercet.watchdog) return 0;
  tercet_completed_read();
  if (tercet.started == tercet.completed || tercet_now() - tercet.watch_since < tercet.watchdog) {
    return 0;
  }
  tercet_engine_drop(TERCET_ERR_WATCHDOG, TERCET_STAGE_DONE);
  return 1;
}

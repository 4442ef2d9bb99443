/* SPDX-License-Identifier: Apache-2.0 */
/* The next command in order: judged, then started on the engine or carried out. */
#include "hal.h"
#include "state.h"

static uint32_t tercet_run_plain(struct tercet_slot* slot) {
  switch (slot->words[0] & 0xff) {
    case TERCET_OPCODE_COPY: return tercet_copy(slot);
    case TERCET_OPCODE_GET_INFO: return tercet_get_info(slot);
    default: return 0; /* nop and fence have waited already */
  }
}

static void tercet_issue_done(struct tercet_slot* slot, uint32_t verdict) {
  slot->verdict = verdict;
  slot->stage = TERCET_STAGE_DONE;
}

int tercet_issue(void) {
  if (tercet.issued == tercet.fetched) return 0;
  struct tercet_slot* slot = tercet_slot_at(tercet.issued);
  if (tercet.abort_left != 0) {
    --tercet.abort_left;
    if (slot->stage != TERCET_STAGE_DONE) tercet_issue_done(slot, TERCET_ERR_ABORTED);
  } else if (slot->stage == TERCET_STAGE_WAITING) {
    const uint32_t verdict = tercet_validate(slot->words);
    if (verdict != 0) {
      tercet_issue_done(slot, verdict);
    } else {
      slot->stage = TERCET_STAGE_CHECKED;
    }
  }
  if (slot->stage == TERCET_STAGE_CHECKED) {
    if ((slot->words[0] & 0xff) == TERCET_OPCODE_GEMM) {
      const struct tercet_status status =
          tercet_status_unpack(tercet_read(TERCET_CSR_STATUS));
      if (status.start_pending != 0 || status.error != 0) return 0;
      tercet_gemm_start(slot);
    } else {
      if (tercet.retired != tercet.issued) return 0;
      tercet_issue_done(slot, tercet_run_plain(slot));
    }
  }
  ++tercet.issued;
  return 1;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The next command in order: judged, then started on the engine or carried out. */
#include "hal.h"
#include "state.h"

enum { TERCET_GEMM_HEAD = TERCET_OPCODE_GEMM << 8 };

/* Its registers are written. Zero if the engine has just failed on an earlier command, and refuses
 * this one. */
static inline int tercet_start(struct tercet_slot* slot) {
  if (tercet_try_write(TERCET_CORE_BASE_REGISTERS + TERCET_CSR_START, 1)) return 0;
  if (tercet.started == tercet.completed) tercet.watch_since = tercet_now();
  slot->ticket = ++tercet.started;
  slot->head = TERCET_GEMM_HEAD;
  return 1;
}

static inline void tercet_end(struct tercet_slot* slot, uint32_t opcode, uint32_t verdict) {
  slot->ticket = tercet.started;
  slot->head = opcode << 8 | verdict;
}

/* A record that tercet_gemm_program has doubts about, or of another opcode. Nonzero if it goes on.
 */
static __attribute__((noinline)) int tercet_issue_checked(struct tercet_slot* slot) {
  uint32_t words[TERCET_RECORD_WORDS];
  for (uint32_t i = 0; i < TERCET_RECORD_WORDS; ++i) words[i] = tercet.record[i];
  const uint32_t opcode = words[0] & 0xff;
  uint32_t verdict = tercet_validate(words);
  slot->cycles = 0;
  if (verdict == 0 && opcode == TERCET_OPCODE_GEMM) {
    tercet_gemm_write(words);
    return tercet_start(slot);
  }
  if (verdict == 0) {
    if (tercet.retired != tercet.issued) return 0;
    if (opcode == TERCET_OPCODE_COPY) verdict = tercet_copy(slot, words);
    if (opcode == TERCET_OPCODE_GET_INFO) verdict = tercet_get_info(words);
    tercet.record_end = tercet.record + TERCET_RECORD_WORDS; /* the buffer may have served for it */
  }
  tercet_end(slot, opcode, verdict);
  return 1;
}

static __attribute__((noinline)) void tercet_issue_aborted(struct tercet_slot* slot) {
  --tercet.abort_left;
  slot->cycles = 0;
  tercet_end(slot, tercet.record[0] & 0xff, TERCET_ERR_ABORTED);
}

int tercet_issue(void) {
  if (tercet.record == tercet.record_end) return 0;
  if (tercet.issued - tercet.stored == TERCET_SLOTS) return 0;
  struct tercet_slot* slot = tercet_slot_at(tercet.issued);
  slot->sequence = tercet.record[1];
  if (tercet.abort_left != 0) {
    tercet_issue_aborted(slot);
  } else {
    const struct tercet_status status = tercet_status_unpack(tercet_read(TERCET_CSR_STATUS));
    if (status.start_pending != 0 || status.error != 0) return 0;
    if (tercet_gemm_program(tercet.record)) {
      if (!tercet_start(slot)) return 0;
    } else if (!tercet_issue_checked(slot)) {
      return 0;
    }
  }
  tercet.record += TERCET_RECORD_WORDS;
  ++tercet.issued;
  return 1;
}

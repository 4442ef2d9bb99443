/* SPDX-License-Identifier: Apache-2.0 */
/* What the firmware knows. Counts of commands are free-running, as DOORBELL and RETIRED:
     retired <= stored <= issued <= fetched <= doorbell */
#ifndef TERCET_FIRMWARE_STATE_H_
#define TERCET_FIRMWARE_STATE_H_

#include <stdint.h>

#include "tercet_hw.h"

enum {
  TERCET_SLOTS = 16, /* commands between fetch and completion; a power of two */
  TERCET_RECORD_WORDS = TERCET_RECORD_BYTES / 4,
  TERCET_RECORD_LOG2 = 6,
  TERCET_BURST_LOG2 = 4, /* beats of a load or store, at most; every machine's bursts are as long */
  TERCET_COUNTED = TERCET_COUNTER_OUTPUT_BEATS - TERCET_COUNTER_ARRAY_ACTIVE + 1,
};

enum tercet_stage {
  TERCET_STAGE_WAITING,   /* not looked at */
  TERCET_STAGE_CHECKED,   /* a gemm that may start */
  TERCET_STAGE_ON_ENGINE, /* done when the engine has completed `ticket` */
  TERCET_STAGE_DONE,      /* `verdict` stands */
};

struct tercet_slot {
  uint32_t words[TERCET_RECORD_WORDS];
  uint32_t stage;
  uint32_t ticket;
  uint32_t verdict; /* status, and the word refused in 15:8 */
  uint32_t cycles;
};

struct tercet_window {
  uint32_t base, pages, access;
};

enum tercet_mover_job { TERCET_JOB_NONE, TERCET_JOB_LOAD, TERCET_JOB_STORE };

struct tercet_state {
  /* Since boot. */
  uint32_t rows_log2, cols_log2, beat_log2;
  uint32_t burst_records_log2; /* records in the mover's buffer */
  uint32_t queue_entries, completion_entries;
  uint32_t watchdog;
  uint32_t window_count;
  struct tercet_window windows[TERCET_WINDOWS];
  /* The ring. */
  uint32_t doorbell, fetched, issued, stored, retired;
  uint32_t abort_left; /* of the commands not issued, so many complete with aborted */
  /* The engine. Tickets count its commands since boot. */
  uint32_t started, completed;
  uint32_t reset_ticket; /* `started` when COMPLETED was last zeroed */
  uint32_t watch_since;  /* mtime when the oldest command became the oldest */
  uint32_t counters[TERCET_COUNTED]; /* when the last gemm's completion was made */
  /* The mover. */
  uint32_t job, job_records, job_tries;
};

extern struct tercet_state tercet;
extern struct tercet_slot tercet_slots[TERCET_SLOTS];
extern uint32_t tercet_boot[TERCET_BOOT_BLOCK_WORDS];

static inline struct tercet_slot* tercet_slot_at(uint32_t count) {
  return &tercet_slots[count & (TERCET_SLOTS - 1)];
}

/* boot.c: reads the boot block. The word that is wrong, or -1. */
int tercet_boot_read(void);

/* ring.c: commands from the ring to the slots, completions back. `start` functions need an idle mover and
   tell whether they gave it something to do. */
void tercet_doorbell_read(void);
int tercet_fetch_start(void);
int tercet_store_start(void);
void tercet_mover_end(void); /* ends a load or a store that is over */

/* mover.c: one transfer, waited for. An error code. */
enum { TERCET_GO_LOAD = 1, TERCET_GO_STORE = 2, TERCET_GO_COPY = 4 };
void tercet_mover_start(uint32_t go, const uint32_t* src, const uint32_t* dst, uint32_t beats);
uint32_t tercet_mover_wait(void);

/* complete.c: a completion into the mover's buffer, from word `at`. */
void tercet_completion_write(struct tercet_slot* slot, uint32_t index, uint32_t at);

/* validate.c: 0, or status and refused word as in a slot's verdict. */
uint32_t tercet_validate(const uint32_t words[TERCET_RECORD_WORDS]);

/* issue.c: the next command goes to the engine or is carried out. Nonzero if that took it further. */
int tercet_issue(void);
/* copy.c: opcodes that use the mover; everything before has completed. A verdict. */
uint32_t tercet_copy(struct tercet_slot* slot);
uint32_t tercet_get_info(const struct tercet_slot* slot);

/* engine.c */
void tercet_gemm_start(struct tercet_slot* slot);
int tercet_slot_done(const struct tercet_slot* slot);
void tercet_engine_poll(void);
void tercet_engine_abort(void);
int tercet_watchdog_check(void); /* nonzero if it fired */

/* main.c */
void tercet_main(void) __attribute__((noreturn));
/* trap.c: tells the host and stops. */
void tercet_fault(uint32_t cause) __attribute__((noreturn));

#endif

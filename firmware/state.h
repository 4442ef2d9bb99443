/* SPDX-License-Identifier: Apache-2.0 */
/* What the firmware knows. Counts of commands are free-running, as DOORBELL and RETIRED:
     retired <= stored <= issued <= doorbell
   Records that were read ahead stay in the mover's buffer until they are issued. A store overwrites
   the start of the buffer, and what it meets there is read again: a command's place is its own
   until RETIRED. */
#ifndef TERCET_FIRMWARE_STATE_H_
#define TERCET_FIRMWARE_STATE_H_

#include <stdint.h>

#include "tercet_hw.h"

enum {
  TERCET_SLOTS = 16, /* commands between issue and completion; a power of two */
  TERCET_RECORD_WORDS = TERCET_RECORD_BYTES / 4,
  TERCET_RECORD_LOG2 = 6,
  TERCET_BURST_LOG2 = 4, /* beats of a load or store, at most; every machine's bursts are as long */
  TERCET_FEW =
      4, /* commands on the engine: with fewer, the next one is more urgent than completions */
  TERCET_PAGE_RECORDS = 4096 / TERCET_RECORD_BYTES,
  TERCET_COUNTED = TERCET_COUNTER_OUTPUT_BEATS - TERCET_COUNTER_ARRAY_ACTIVE + 1,
};

/* A command that was issued. It is done when the engine has completed `ticket`: its own, or of one
   that never was on the engine the last before it, as completions are in order. */
struct tercet_slot {
  uint32_t sequence;
  uint32_t head; /* word 1 of its completion: status, opcode, word refused */
  uint32_t ticket;
  uint32_t cycles; /* if it is no gemm that succeeds */
};

struct tercet_window {
  uint32_t base, pages, access;
};

/* A ring; `span` records, a power of two, lie in one page and do not wrap. */
struct tercet_ring {
  const uint32_t* address;
  uint32_t entries, span;
};

enum tercet_mover_job { TERCET_JOB_NONE, TERCET_JOB_LOAD, TERCET_JOB_STORE };

struct tercet_state {
  /* Since boot. */
  uint32_t rows_log2, cols_log2, beat_log2;
  struct tercet_ring queue, completions;
  uint32_t watchdog;
  uint32_t window_count;
  struct tercet_window windows[TERCET_WINDOWS];
  struct tercet_window usual_read, usual_write; /* the first that allow it; or of no page */
  uint32_t burst_records;                       /* of a load or store, at most */
  /* The ring. */
  uint32_t doorbell, issued, stored, retired;
  uint32_t abort_left; /* of the commands not issued, so many complete with aborted */
  /* Records in the buffer, from that of command `issued` on. */
  volatile const uint32_t *record, *record_end;
  /* The engine. Tickets count its commands since boot. */
  uint32_t started, completed;
  uint32_t reset_ticket;             /* `started` when COMPLETED was last zeroed */
  uint32_t watch_since;              /* mtime when the oldest command became the oldest */
  uint32_t counters[TERCET_COUNTED]; /* when the last gemm's completion was made */
  /* The mover. A load is of records from command `job_first` on. */
  uint32_t job, job_first, job_records, job_tries;
  volatile const uint32_t* job_record;
  uint32_t load_limit; /* records of the next load */
};

extern struct tercet_state tercet;
extern struct tercet_slot tercet_slots[TERCET_SLOTS];
extern uint32_t tercet_boot[TERCET_BOOT_BLOCK_WORDS];

static inline struct tercet_slot* tercet_slot_at(uint32_t count) {
  return &tercet_slots[count & (TERCET_SLOTS - 1)];
}

/* boot.c: reads the boot block. The word that is wrong, or -1. */
int tercet_boot_read(void);

/* ring.c: commands from the ring to the buffer, completions back. `start` functions need an idle
   mover and tell whether they gave it something to do. */
void tercet_doorbell_read(void);
int tercet_fetch_start(void);
int tercet_store_start(void);
void tercet_mover_end(void); /* ends a load or a store that is over */

/* mover.c: one transfer, waited for. An error code. */
enum { TERCET_GO_LOAD = 1, TERCET_GO_STORE = 2, TERCET_GO_COPY = 4 };
void tercet_mover_start(uint32_t go, const uint32_t* src, const uint32_t* dst, uint32_t beats);
uint32_t tercet_mover_wait(void);

/* complete.c: the completion of command `index` into the mover's buffer. */
void tercet_completion_write(uint32_t index, volatile uint32_t* to);

/* validate.c: what it adds to `head` in a slot: 0, or status and refused word. */
uint32_t tercet_validate(const uint32_t words[TERCET_RECORD_WORDS]);

/* gemm.c: writes the command registers. Nonzero if the descriptor is beyond doubt, and only START
   is missing; zero if tercet_validate has to look at it. */
int tercet_gemm_program(volatile const uint32_t* record);
void tercet_gemm_write(const uint32_t words[TERCET_RECORD_WORDS]); /* without looking */

/* issue.c: the next command goes to the engine or is carried out. Nonzero if that took it further.
 */
int tercet_issue(void);
/* copy.c: opcodes that use the mover; everything before has completed. A status. */
uint32_t tercet_copy(struct tercet_slot* slot, const uint32_t* words);
uint32_t tercet_get_info(const uint32_t* words);

/* engine.c */
void tercet_engine_poll(void);
void tercet_engine_abort(void);
int tercet_watchdog_check(void); /* nonzero if it fired */

static inline int tercet_slot_done(const struct tercet_slot* slot) {
  return (int32_t)(tercet.completed - slot->ticket) >= 0;
}

/* main.c */
void tercet_main(void) __attribute__((noreturn));
/* crt0.S: writes a register. Nonzero if it answered with an error. */
uint32_t tercet_try_write(uint32_t address, uint32_t value);
/* trap.c: tells the host and stops. */
void tercet_fault(uint32_t cause) __attribute__((noreturn));

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Commands from their ring to the mover's buffer, completions to theirs: a few records at a time,
   while the core does something else. A record of a machine with longer beats is part of one. */
#include "hal.h"
#include "state.h"
#include "version.h"

/* A run of records in a ring as the mover sees it. */
struct tercet_run {
  uint32_t address[2];
  uint32_t first; /* word of the buffer where the first record lies */
  uint32_t beats;
};

/* At most `records` from `count` on: without a wrap and inside one page. */
static inline uint32_t tercet_run_limit(const struct tercet_ring* ring, uint32_t count,
                                        uint32_t records) {
  const uint32_t left = ring->span - (count & (ring->span - 1));
  return records < left ? records : left;
}

static inline void tercet_run_place(struct tercet_run* run, const struct tercet_ring* ring,
                                    uint32_t count, uint32_t records) {
  const uint32_t beat_mask = (1u << tercet.beat_log2) - 1;
  const uint32_t offset = (count & (ring->entries - 1)) << TERCET_RECORD_LOG2;
  const uint32_t lo = ring->address[0] + offset; /* rings start on a page: no carry below */
  const uint32_t bytes = (offset & beat_mask) + (records << TERCET_RECORD_LOG2);
  run->address[0] = lo & ~beat_mask;
  run->address[1] = ring->address[1] + (lo < offset ? 1 : 0);
  run->first = (offset & beat_mask) >> 2;
  run->beats = (bytes + beat_mask) >> tercet.beat_log2;
}

void tercet_doorbell_read(void) {
  /* One that is further ahead than the ring is long, or that takes commands back, says nothing. */
  const uint32_t ahead = tercet_read(TERCET_CSR_DOORBELL) - tercet.retired;
  if (ahead <= tercet.queue.entries && ahead >= tercet.doorbell - tercet.retired) {
    tercet.doorbell = tercet.retired + ahead;
  }
}

int tercet_fetch_start(void) {
  if (tercet.record != tercet.record_end || tercet.doorbell == tercet.issued) return 0;
  if (tercet.issued - tercet.stored == TERCET_SLOTS) return 0; /* issue has to wait */
  uint32_t records = tercet.doorbell - tercet.issued;
  if (records > tercet.load_limit) records = tercet.load_limit;
  records = tercet_run_limit(&tercet.queue, tercet.issued, records);
  struct tercet_run run;
  tercet_run_place(&run, &tercet.queue, tercet.issued, records);
  tercet_mover_start(TERCET_GO_LOAD, run.address, 0, run.beats);
  tercet.job_record = tercet_mover_buffer() + run.first;
  tercet.job = TERCET_JOB_LOAD;
  tercet.job_first = tercet.issued;
  tercet.job_records = records;
  return 1;
}

static void tercet_fetch_end(uint32_t error) {
  if (tercet.job_first != tercet.issued) return; /* the engine sent some back meanwhile */
  tercet.load_limit = tercet.burst_records;
  if (error == TERCET_ERR_NONE) {
    tercet.record = tercet.job_record;
    tercet.record_end = tercet.record + tercet.job_records * TERCET_RECORD_WORDS;
  } else if (tercet.job_records > 1) { /* which of them? */
    tercet.load_limit = 1;
  } else { /* nobody knows what the command was */
    struct tercet_slot* slot = tercet_slot_at(tercet.issued++);
    slot->sequence = slot->cycles = 0;
    slot->head = error;
    slot->ticket = tercet.started;
    if (tercet.abort_left != 0) --tercet.abort_left;
  }
}

/* Completions that can be made now, in order: done, with a place in the ring, and in the buffer
   before the records that were read ahead. With none of those places free these records are given
   up. */
static uint32_t tercet_done_records(void) {
  uint32_t most = tercet.burst_records;
  if (tercet.beat_log2 > TERCET_RECORD_LOG2) {
    tercet.record = tercet.record_end; /* the halves of beats that are not ours come first */
  } else if (tercet.record != tercet.record_end) {
    const uint32_t before = (uint32_t)(tercet.record - tercet_mover_buffer()) / TERCET_RECORD_WORDS;
    if (before == 0) {
      tercet.record = tercet.record_end;
    } else {
      most = before;
    }
  }
  uint32_t room = tercet.completions.entries - (tercet.stored - tercet_read(TERCET_CSR_CONSUMED));
  if (room > tercet.completions.entries) room = 0; /* CONSUMED is not a count of what was read */
  if (room > most) room = most;
  const uint32_t limit = tercet_run_limit(&tercet.completions, tercet.stored, room);
  uint32_t records = 0;
  while (records < limit && tercet.stored + records != tercet.issued &&
         tercet_slot_done(tercet_slot_at(tercet.stored + records))) {
    ++records;
  }
  return records;
}

int tercet_store_start(void) {
  if (tercet.stored == tercet.issued || !tercet_slot_done(tercet_slot_at(tercet.stored))) return 0;
  const uint32_t records = tercet_done_records();
  if (records == 0) return 0;
  struct tercet_run run;
  tercet_run_place(&run, &tercet.completions, tercet.stored, records);
  if (tercet.beat_log2 > TERCET_RECORD_LOG2) { /* the halves of beats that are not ours now */
    tercet_mover_start(TERCET_GO_LOAD, run.address, 0, run.beats);
    tercet_mover_wait();
  }
  for (uint32_t i = 0; i < records; ++i) {
    tercet_completion_write(tercet.stored + i,
                            tercet_mover_buffer() + run.first + i * TERCET_RECORD_WORDS);
  }
  tercet_mover_start(TERCET_GO_STORE, 0, run.address, run.beats);
  tercet.stored += records;
  tercet.job = TERCET_JOB_STORE;
  tercet.job_records = records;
  return 1;
}

static void tercet_store_end(uint32_t error) {
  if (error != TERCET_ERR_NONE) { /* addresses and buffer are as they were */
    if (++tercet.job_tries == 4) tercet_fault(TERCET_FAULT_COMPLETION_RING);
    tercet_write(TERCET_CSR_MOVER_GO, TERCET_GO_STORE);
    tercet.job = TERCET_JOB_STORE;
    return;
  }
  tercet.job_tries = 0;
  tercet.retired += tercet.job_records;
  tercet_write(TERCET_CSR_RETIRED, tercet.retired);
  const struct tercet_host_irq_set set = {.completion = 1};
  tercet_write(TERCET_CSR_HOST_IRQ_SET, tercet_host_irq_set_pack(set));
}

void tercet_mover_end(void) {
  if (tercet.job == TERCET_JOB_NONE) return;
  const struct tercet_mover_status status =
      tercet_mover_status_unpack(tercet_read(TERCET_CSR_MOVER_STATUS));
  if (status.busy != 0) return;
  const uint32_t job = tercet.job;
  tercet.job = TERCET_JOB_NONE;
  if (job == TERCET_JOB_LOAD) {
    tercet_fetch_end(status.error);
  } else {
    tercet_store_end(status.error);
  }
}

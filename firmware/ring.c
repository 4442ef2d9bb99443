/* SPDX-License-Identifier: Apache-2.0 */
/* Commands from their ring to the slots, completions to theirs: a burst of records at a time, while the
   core does something else. A record of a machine with longer beats is part of one. */
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
static uint32_t tercet_run_limit(uint32_t count, uint32_t entries, uint32_t records) {
  const uint32_t page_records = 1u << (12 - TERCET_RECORD_LOG2);
  const uint32_t place = count & (entries - 1);
  uint32_t limit = 1u << tercet.burst_records_log2;
  if (tercet.beat_log2 > TERCET_RECORD_LOG2) limit -= count & 1; /* the beat's other half */
  if (limit > entries - place) limit = entries - place;
  if (limit > page_records - (place & (page_records - 1))) {
    limit = page_records - (place & (page_records - 1));
  }
  return records < limit ? records : limit;
}

static void tercet_run_place(struct tercet_run* run, const uint32_t ring[2], uint32_t place,
                             uint32_t records) {
  const uint32_t beat_mask = (1u << tercet.beat_log2) - 1;
  const uint32_t offset = place << TERCET_RECORD_LOG2; /* rings start on a page: no carry below */
  const uint32_t lo = ring[0] + offset;
  const uint32_t bytes = (offset & beat_mask) + (records << TERCET_RECORD_LOG2);
  run->address[0] = lo & ~beat_mask;
  run->address[1] = ring[1] + (lo < offset ? 1 : 0);
  run->first = (offset & beat_mask) >> 2;
  run->beats = (bytes + beat_mask) >> tercet.beat_log2;
}

void tercet_doorbell_read(void) {
  const uint32_t doorbell = tercet_read(TERCET_CSR_DOORBELL);
  /* One that is further ahead than the ring is long says nothing about the ring. */
  if (doorbell - tercet.retired <= tercet.queue_entries) {
    if ((int32_t)(doorbell - tercet.fetched) >= 0) tercet.doorbell = doorbell;
  }
}

int tercet_fetch_start(void) {
  const uint32_t room = TERCET_SLOTS - (tercet.fetched - tercet.stored);
  uint32_t records = tercet.doorbell - tercet.fetched;
  if (records > room) records = room;
  if (records == 0) return 0;
  records = tercet_run_limit(tercet.fetched, tercet.queue_entries, records);
  struct tercet_run run;
  tercet_run_place(&run, &tercet_boot[2], tercet.fetched & (tercet.queue_entries - 1), records);
  tercet_mover_start(TERCET_GO_LOAD, run.address, 0, run.beats);
  tercet.job = TERCET_JOB_LOAD;
  tercet.job_records = records;
  return 1;
}

static void tercet_fetch_end(uint32_t error) {
  const uint32_t longer = tercet.beat_log2 > TERCET_RECORD_LOG2;
  volatile const uint32_t* from = tercet_mover_buffer();
  if (longer != 0 && (tercet.fetched & 1) != 0) from += TERCET_RECORD_WORDS;
  for (uint32_t i = 0; i < tercet.job_records; ++i, from += TERCET_RECORD_WORDS) {
    struct tercet_slot* slot = tercet_slot_at(tercet.fetched + i);
    slot->cycles = 0;
    slot->stage = TERCET_STAGE_WAITING;
    if (error == TERCET_ERR_NONE) {
#pragma GCC unroll 16
      for (uint32_t w = 0; w < TERCET_RECORD_WORDS; ++w) slot->words[w] = from[w];
    } else { /* nobody knows what the command was */
      slot->words[0] = slot->words[1] = 0;
      slot->stage = TERCET_STAGE_DONE;
      slot->verdict = error;
    }
  }
  tercet.fetched += tercet.job_records;
}

/* Completions that can be made now, in order: done, and with a place in the ring. */
static uint32_t tercet_done_records(void) {
  uint32_t room = tercet.completion_entries - (tercet.stored - tercet_read(TERCET_CSR_CONSUMED));
  if (room > tercet.completion_entries) room = 0; /* CONSUMED is not a count of what was read */
  const uint32_t limit = tercet_run_limit(tercet.stored, tercet.completion_entries, room);
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
  tercet_run_place(&run, &tercet_boot[4], tercet.stored & (tercet.completion_entries - 1), records);
  if (tercet.beat_log2 > TERCET_RECORD_LOG2) { /* the halves of beats that are not ours now */
    tercet_mover_start(TERCET_GO_LOAD, run.address, 0, run.beats);
    tercet_mover_wait();
  }
  for (uint32_t i = 0; i < records; ++i) {
    tercet_completion_write(tercet_slot_at(tercet.stored + i), tercet.stored + i,
                            run.first + i * TERCET_RECORD_WORDS);
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
    const struct tercet_mover_go again = {.store = 1};
    tercet_write(TERCET_CSR_MOVER_GO, tercet_mover_go_pack(again));
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
  const struct tercet_mover_status status =
      tercet_mover_status_unpack(tercet_read(TERCET_CSR_MOVER_STATUS));
  if (status.busy != 0 || tercet.job == TERCET_JOB_NONE) return;
  const uint32_t job = tercet.job;
  tercet.job = TERCET_JOB_NONE;
  if (job == TERCET_JOB_LOAD) {
    tercet_fetch_end(status.error);
  } else {
    tercet_store_end(status.error);
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What became of a command, as a record in the mover's buffer. */
#include "hal.h"
#include "state.h"

_Static_assert(TERCET_COUNTED == 8, "a completion has eight counters");

void tercet_completion_write(struct tercet_slot* slot, uint32_t index, uint32_t at) {
  volatile uint32_t* to = tercet_mover_buffer() + at;
  const uint32_t opcode = slot->words[0] & 0xff;
  uint32_t verdict = 0;
  if (slot->stage == TERCET_STAGE_DONE) verdict = slot->verdict;
  const int gemm = opcode == TERCET_OPCODE_GEMM && verdict == 0;
  to[0] = slot->words[1];
  to[1] = (verdict & 0xff) | opcode << 8 | (verdict & 0xff00) << 8;
  to[2] = index;
  if (gemm) slot->cycles = tercet_read(TERCET_CSR_LAST_CYCLES_LO);
  to[3] = slot->cycles;
#pragma GCC unroll 8
  for (uint32_t i = 0; i < TERCET_COUNTED; ++i) {
    uint32_t growth = 0;
    if (gemm) {
      const uint32_t count = tercet_read(TERCET_CSR_ARRAY_ACTIVE_LO + 8 * i);
      growth = count - tercet.counters[i];
      tercet.counters[i] = count;
    }
    to[4 + i] = growth;
  }
  for (uint32_t i = 12; i < TERCET_RECORD_WORDS; ++i) to[i] = 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What became of a command, as a record in the mover's buffer. */
#include "hal.h"
#include "state.h"

_Static_assert(TERCET_COUNTED == 8, "a completion has eight counters");

void tercet_completion_write(uint32_t index, volatile uint32_t* to) {
  const struct tercet_slot* slot = tercet_slot_at(index);
  to[0] = slot->sequence;
  to[1] = slot->head;
  to[2] = index;
  if (slot->head == TERCET_OPCODE_GEMM << 8) { /* with success */
    to[3] = tercet_read(TERCET_CSR_LAST_CYCLES_LO);
#pragma GCC unroll 8
    for (uint32_t i = 0; i < TERCET_COUNTED; ++i) {
      const uint32_t count = tercet_read(TERCET_CSR_ARRAY_ACTIVE_LO + 8 * i);
      to[4 + i] = count - tercet.counters[i];
      tercet.counters[i] = count;
    }
  } else {
    to[3] = slot->cycles;
    for (uint32_t i = 0; i < TERCET_COUNTED; ++i) to[4 + i] = 0;
  }
  to[12] = to[13] = to[14] = to[15] = 0;
}

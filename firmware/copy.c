/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that the mover carries out. They were validated, and nothing else is under way. */
#include "hal.h"
#include "state.h"
#include "version.h"

uint32_t tercet_copy(struct tercet_slot* slot, const uint32_t* words) {
  const uint32_t start = tercet_now();
  tercet_mover_start(TERCET_GO_COPY, &words[6], &words[8], words[2] >> tercet.beat_log2);
  const uint32_t error = tercet_mover_wait();
  slot->cycles = tercet_now() - start;
  return error;
}

uint32_t tercet_get_info(const uint32_t* words) {
  const uint32_t beat_mask = (1u << tercet.beat_log2) - 1;
  const uint32_t address[2] = {words[8] & ~beat_mask, words[9]};
  uint32_t beats = TERCET_RECORD_BYTES >> tercet.beat_log2;
  if (beats == 0) { /* half a beat: the other half goes back as it came */
    beats = 1;
    tercet_mover_start(TERCET_GO_LOAD, address, 0, beats);
    const uint32_t error = tercet_mover_wait();
    if (error != TERCET_ERR_NONE) return error;
  }
  const struct tercet_info info = {
      .id = tercet_read(TERCET_CSR_ID),
      .version = tercet_read(TERCET_CSR_VERSION),
      .config_hash = tercet_read(TERCET_CSR_CONFIG_HASH),
      .geometry = tercet_read(TERCET_CSR_GEOMETRY),
      .firmware_version = TERCET_FIRMWARE_VERSION,
      .queue_log2 = tercet_boot[6] & 0xff,
      .completion_log2 = tercet_boot[6] >> 8 & 0xff,
      .windows = tercet.window_count,
      .opcodes = 1u << TERCET_OPCODE_NOP | 1u << TERCET_OPCODE_GEMM | 1u << TERCET_OPCODE_COPY |
                 1u << TERCET_OPCODE_FENCE | 1u << TERCET_OPCODE_GET_INFO,
  };
  uint32_t packed[TERCET_INFO_WORDS];
  tercet_info_pack(&info, packed);
  volatile uint32_t* to = tercet_mover_buffer() + ((words[8] & beat_mask) >> 2);
  for (uint32_t i = 0; i < TERCET_INFO_WORDS; ++i) to[i] = packed[i];
  tercet_mover_start(TERCET_GO_STORE, 0, address, beats);
  return tercet_mover_wait();
}

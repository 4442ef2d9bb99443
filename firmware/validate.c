/* SPDX-License-Identifier: Apache-2.0 */
/* Everything about a descriptor that can be told without the engine: opcode, reserved bits,
   lengths, windows, in this order; then the alignment of copy and get_info. The engine checks a
   gemm's shape. The core cannot multiply: products are sums of shifts. */
#include "state.h"

/* Bits of a completion's word 1. */
static inline uint32_t tercet_verdict(uint32_t status, uint32_t word) {
  return status | word << 16;
}

/* a * b; a loop turn a bit of the smaller one. */
static uint64_t tercet_multiply(uint32_t a, uint32_t b) {
  uint32_t small = a < b ? a : b;
  uint64_t addend = a < b ? b : a;
  uint64_t sum = 0;
  while (small != 0) {
    if ((small & 1) != 0) sum += addend;
    small >>= 1;
    addend += addend;
  }
  return sum;
}

/* x << bits, 1 to 31, without a function of the compiler's library. */
static inline uint64_t tercet_shift(uint64_t x, uint32_t bits) {
  const uint32_t lo = (uint32_t)x, hi = (uint32_t)(x >> 32);
  return (uint64_t)(hi << bits | lo >> (32 - bits)) << 32 | lo << bits;
}

/* Whether one window that allows `access` holds `bytes` (below 2^48) at the address; none are in
 * any. */
static int tercet_inside(const uint32_t address[2], uint64_t bytes, uint32_t access) {
  if (bytes == 0) return 1;
  const uint64_t last = ((uint64_t)address[1] << 32 | address[0]) + bytes - 1;
  if (last >> 40 != 0) return 0;
  const uint32_t first_page = address[1] << 20 | address[0] >> 12;
  const uint32_t last_page = (uint32_t)(last >> 12);
  for (uint32_t i = 0; i < tercet.window_count; ++i) {
    const struct tercet_window* window = &tercet.windows[i];
    if ((window->access & access) != 0 && first_page - window->base < window->pages &&
        last_page - window->base < window->pages) {
      return 1;
    }
  }
  return 0;
}

static uint32_t tercet_validate_gemm(const uint32_t* words) {
  const int reserved = tercet_gemm_command_reserved(words);
  if (reserved >= 0) return tercet_verdict(TERCET_ERR_RESERVED_BITS, (uint32_t)reserved);
  const uint32_t m = words[2] & TERCET_MAX_CMD_M;
  const uint32_t k_tiles = (words[4] + (1u << tercet.rows_log2) - 1) >> tercet.rows_log2;
  const uint32_t n_tiles = (words[3] + (1u << tercet.cols_log2) - 1) >> tercet.cols_log2;
  const uint64_t act_beats = tercet_multiply(m, k_tiles);
  if (!tercet_inside(&words[6], tercet_shift(act_beats, tercet.beat_log2),
                     TERCET_WINDOW_ACCESS_READ)) {
    return tercet_verdict(TERCET_ERR_BAD_WINDOW, 6);
  }
  if (!tercet_inside(&words[8], tercet_shift(words[5], tercet.beat_log2),
                     TERCET_WINDOW_ACCESS_READ)) {
    return tercet_verdict(TERCET_ERR_BAD_WINDOW, 8);
  }
  const uint64_t outputs = tercet_shift(tercet_multiply(m, n_tiles), tercet.cols_log2 + 2);
  if (!tercet_inside(&words[10], outputs, TERCET_WINDOW_ACCESS_WRITE)) {
    return tercet_verdict(TERCET_ERR_BAD_WINDOW, 10);
  }
  return 0;
}

static uint32_t tercet_validate_copy(const uint32_t* words) {
  const int reserved = tercet_copy_command_reserved(words);
  if (reserved >= 0) return tercet_verdict(TERCET_ERR_RESERVED_BITS, (uint32_t)reserved);
  const uint32_t beat_mask = (1u << tercet.beat_log2) - 1;
  const uint32_t bytes = words[2];
  const uint64_t src = (uint64_t)words[7] << 32 | words[6];
  const uint64_t dst = (uint64_t)words[9] << 32 | words[8];
  const uint64_t distance = src < dst ? dst - src : src - dst;
  if (bytes == 0 || (bytes & beat_mask) != 0 || distance < bytes) {
    return tercet_verdict(TERCET_ERR_BAD_LENGTH, 2);
  }
  if (!tercet_inside(&words[6], bytes, TERCET_WINDOW_ACCESS_READ)) {
    return tercet_verdict(TERCET_ERR_BAD_WINDOW, 6);
  }
  if (!tercet_inside(&words[8], bytes, TERCET_WINDOW_ACCESS_WRITE)) {
    return tercet_verdict(TERCET_ERR_BAD_WINDOW, 8);
  }
  if ((words[6] & beat_mask) != 0) return tercet_verdict(TERCET_ERR_BAD_ALIGNMENT, 6);
  if ((words[8] & beat_mask) != 0) return tercet_verdict(TERCET_ERR_BAD_ALIGNMENT, 8);
  return 0;
}

static uint32_t tercet_validate_plain(const uint32_t* words, uint32_t opcode) {
  const int reserved = tercet_plain_command_reserved(words);
  if (opcode != TERCET_OPCODE_GET_INFO) {
    /* The address is reserved too; the first such word is named. */
    if (words[8] != 0 && (reserved < 0 || reserved > 8)) {
      return tercet_verdict(TERCET_ERR_RESERVED_BITS, 8);
    }
    if (words[9] != 0 && (reserved < 0 || reserved > 9)) {
      return tercet_verdict(TERCET_ERR_RESERVED_BITS, 9);
    }
  }
  if (reserved >= 0) return tercet_verdict(TERCET_ERR_RESERVED_BITS, (uint32_t)reserved);
  if (opcode != TERCET_OPCODE_GET_INFO) return 0;
  if (!tercet_inside(&words[8], TERCET_RECORD_BYTES, TERCET_WINDOW_ACCESS_WRITE)) {
    return tercet_verdict(TERCET_ERR_BAD_WINDOW, 8);
  }
  if ((words[8] & (TERCET_RECORD_BYTES - 1)) != 0)
    return tercet_verdict(TERCET_ERR_BAD_ALIGNMENT, 8);
  return 0;
}

uint32_t tercet_validate(const uint32_t words[TERCET_RECORD_WORDS]) {
  const uint32_t opcode = words[0] & 0xff;
  if (opcode == TERCET_OPCODE_GEMM) return tercet_validate_gemm(words);
  if (opcode == TERCET_OPCODE_COPY) return tercet_validate_copy(words);
  if (opcode == TERCET_OPCODE_NOP || opcode == TERCET_OPCODE_FENCE ||
      opcode == TERCET_OPCODE_GET_INFO) {
    return tercet_validate_plain(words, opcode);
  }
  if (opcode >= TERCET_OPCODE_RMS_NORM && opcode <= TERCET_OPCODE_ACTIVATION) {
    return TERCET_ERR_NOT_IMPLEMENTED;
  }
  return TERCET_ERR_BAD_OPCODE;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The usual gemm in one pass over its descriptor: each word is read once, checked and written to
   its register. What is not as usual is left to tercet_validate; without START the registers do no
   harm. */
#include "hal.h"
#include "state.h"

enum { TERCET_PAGE_LOG2 = 12, TERCET_PAGE_MASK = (1 << TERCET_PAGE_LOG2) - 1 };

/* Whether the window holds `bytes`, at least 1. */
static inline int tercet_usual(const struct tercet_window* window, uint32_t lo, uint32_t hi,
                               uint32_t bytes) {
  const uint32_t first = (hi << (32 - TERCET_PAGE_LOG2) | lo >> TERCET_PAGE_LOG2) - window->base;
  const uint32_t last = first + (((lo & TERCET_PAGE_MASK) + bytes - 1) >> TERCET_PAGE_LOG2);
  return first < window->pages && last < window->pages;
}

int tercet_gemm_program(volatile const uint32_t* record) {
  const uint32_t flags = record[0], tokens = record[2], n = record[3], k = record[4];
  const uint32_t m = tokens & TERCET_MAX_CMD_M;
  if ((flags & 0xff) != TERCET_OPCODE_GEMM) return 0;
  uint32_t reserved = (flags >> 9) | (tokens >> 24) | (n >> 24) | (k >> 16);
  tercet_write(TERCET_CSR_CMD_FLAGS, flags >> 8);
  tercet_write(TERCET_CSR_CMD_M, m);
  tercet_write(TERCET_CSR_CMD_MTILE, tokens >> 16);
  tercet_write(TERCET_CSR_CMD_N, n);
  tercet_write(TERCET_CSR_CMD_K, k);
  /* Bytes of activations and outputs, by shifts; below 2^31 each, or unusual. */
  uint32_t act = (k + (1u << tercet.rows_log2) - 1) >> tercet.rows_log2 << tercet.beat_log2;
  uint32_t out = (n + (1u << tercet.cols_log2) - 1) >> tercet.cols_log2 << (tercet.cols_log2 + 2);
  if (m != 1) {
    uint32_t log2 = 0;
    while (m >> log2 > 1) ++log2;
    if ((m & (m - 1)) != 0 || act >> (31 - log2) != 0 || out >> (31 - log2) != 0) return 0;
    act <<= log2;
    out <<= log2;
  }
  const uint32_t beats = record[5];
  if (act == 0 || out == 0 || beats - 1 >= 1u << 24) return 0;
  tercet_write(TERCET_CSR_CMD_WBEATS, beats);
  uint32_t lo = record[6], hi = record[7];
  reserved |= hi >> 8;
  tercet_write(TERCET_CSR_CMD_ACT_LO, lo);
  tercet_write(TERCET_CSR_CMD_ACT_HI, hi);
  if (!tercet_usual(&tercet.usual_read, lo, hi, act)) return 0;
  lo = record[8];
  hi = record[9];
  reserved |= hi >> 8;
  tercet_write(TERCET_CSR_CMD_WGT_LO, lo);
  tercet_write(TERCET_CSR_CMD_WGT_HI, hi);
  if (!tercet_usual(&tercet.usual_read, lo, hi, beats << tercet.beat_log2)) return 0;
  lo = record[10];
  hi = record[11];
  reserved |= hi >> 8;
  tercet_write(TERCET_CSR_CMD_OUT_LO, lo);
  tercet_write(TERCET_CSR_CMD_OUT_HI, hi);
  if (!tercet_usual(&tercet.usual_write, lo, hi, out)) return 0;
  return (reserved | record[12] | record[13] | record[14] | record[15]) == 0;
}

void tercet_gemm_write(const uint32_t words[TERCET_RECORD_WORDS]) {
  tercet_write(TERCET_CSR_CMD_M, words[2] & TERCET_MAX_CMD_M);
  tercet_write(TERCET_CSR_CMD_N, words[3]);
  tercet_write(TERCET_CSR_CMD_K, words[4]);
  tercet_write(TERCET_CSR_CMD_MTILE, words[2] >> 16);
  tercet_write(TERCET_CSR_CMD_FLAGS, words[0] >> 8);
  for (uint32_t i = 0; i < 7; ++i) tercet_write(TERCET_CSR_CMD_WBEATS + 4 * i, words[5 + i]);
}

_Static_assert(TERCET_CSR_CMD_OUT_HI == TERCET_CSR_CMD_WBEATS + 24, "the descriptor's order");

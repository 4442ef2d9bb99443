/* SPDX-License-Identifier: Apache-2.0 */
/* Checks the boot block word by word and takes over what it says. */
#include "hal.h"
#include "state.h"

uint32_t tercet_boot[TERCET_BOOT_BLOCK_WORDS] __attribute__((section(".boot")));

enum {
  TERCET_PAGE_LOG2 = 12,
  TERCET_SPACE_PAGES = 1 << 28, /* of the 40-bit address space */
};

/* Whether a ring of 2^log2 records ends past the address space. */
static int tercet_ring_past_end(uint32_t lo, uint32_t hi, uint32_t log2) {
  const uint32_t page = hi << (32 - TERCET_PAGE_LOG2) | lo >> TERCET_PAGE_LOG2;
  const uint32_t bytes = (uint32_t)TERCET_RECORD_BYTES << log2;
  const uint32_t pages = (bytes + (1u << TERCET_PAGE_LOG2) - 1) >> TERCET_PAGE_LOG2;
  return page + pages > TERCET_SPACE_PAGES;
}

static struct tercet_ring tercet_ring_at(const uint32_t* address, uint32_t log2) {
  const uint32_t entries = 1u << log2;
  const struct tercet_ring ring = {address, entries,
                                   entries < TERCET_PAGE_RECORDS ? entries : TERCET_PAGE_RECORDS};
  return ring;
}

int tercet_boot_read(void) {
  const uint32_t* words = tercet_boot;
  const uint32_t page_mask = (1u << TERCET_PAGE_LOG2) - 1;
  if (words[0] != TERCET_BOOT_MAGIC) return 0;
  if (words[1] != tercet_read(TERCET_CSR_CONFIG_HASH)) return 1;
  const int reserved = tercet_boot_block_reserved(words);
  if (reserved >= 0) return reserved;

  const uint32_t queue_log2 = words[6] & 0xff, completion_log2 = words[6] >> 8 & 0xff;
  tercet.window_count = words[6] >> 16;
  if (queue_log2 < 1 || queue_log2 > TERCET_MAX_QUEUE_LOG2) return 6;
  if (completion_log2 < queue_log2 || completion_log2 > TERCET_MAX_QUEUE_LOG2) return 6;
  if (tercet.window_count > TERCET_WINDOWS) return 6;
  if ((words[2] & page_mask) != 0) return 2;
  if (tercet_ring_past_end(words[2], words[3], queue_log2)) return 3;
  if ((words[4] & page_mask) != 0) return 4;
  if (tercet_ring_past_end(words[4], words[5], completion_log2)) return 5;
  for (uint32_t i = 0; i < tercet.window_count; ++i) {
    const uint32_t word = 8 + 2 * i;
    struct tercet_window* window = &tercet.windows[i];
    window->base = words[word];
    window->pages = words[word + 1] & 0x1fffffffu;
    window->access = words[word + 1] >> 30;
    if (window->base > TERCET_SPACE_PAGES) return (int)word;
    if (window->pages > TERCET_SPACE_PAGES - window->base) return (int)word + 1;
  }

  const struct tercet_geometry geometry = tercet_geometry_unpack(tercet_read(TERCET_CSR_GEOMETRY));
  tercet.rows_log2 = geometry.rows_log2;
  tercet.cols_log2 = geometry.cols_log2;
  tercet.beat_log2 = geometry.axi_bytes_log2;
  tercet.queue = tercet_ring_at(&words[2], queue_log2);
  tercet.completions = tercet_ring_at(&words[4], completion_log2);
  tercet.burst_records = 1u << (TERCET_BURST_LOG2 + tercet.beat_log2 - TERCET_RECORD_LOG2);
  if (tercet.burst_records > TERCET_SLOTS) tercet.burst_records = TERCET_SLOTS;
  tercet.load_limit = tercet.burst_records;
  for (uint32_t i = tercet.window_count; i-- != 0;) {
    const struct tercet_window* window = &tercet.windows[i];
    if ((window->access & TERCET_WINDOW_ACCESS_READ) != 0) tercet.usual_read = *window;
    if ((window->access & TERCET_WINDOW_ACCESS_WRITE) != 0) tercet.usual_write = *window;
  }
  tercet.watchdog = words[7];
  return -1;
}

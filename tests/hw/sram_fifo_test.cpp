// SPDX-License-Identifier: Apache-2.0
// rtl/common/tercet_sram_fifo.sv against a queue, with a writer that counts credits.
#include <deque>

#include "Vsram_fifo.h"
#include "bench.h"

namespace tercet {
namespace {

constexpr size_t kDepth = 8;

TEST_CASE("SRAM FIFO keeps order and fills to its depth") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  Rng rng(seed);
  Stall write_stall(GENERATE(stall_modes()), seed);
  Stall read_stall(GENERATE(stall_modes()), ~seed);
  Bench<Vsram_fifo> fifo;
  std::deque<uint8_t> held;
  for (int i = 0; i < 1000; ++i) {
    fifo->push_i = !write_stall() && held.size() < kDepth;
    fifo->data_i = static_cast<uint8_t>(rng.next());
    fifo->ready_i = !read_stall();
    fifo->flush_i = rng.below(100) == 0;
    fifo.settle();
    REQUIRE((fifo->valid_o == 0 || !held.empty()));
    if (fifo->valid_o) REQUIRE(fifo->data_o == held.front());
    if (fifo->valid_o && fifo->ready_i) held.pop_front();
    if (fifo->push_i) held.push_back(fifo->data_i);
    if (fifo->flush_i) held.clear();
    fifo.tick();
  }
  fifo->push_i = 0;
  fifo->flush_i = 0;
  fifo->ready_i = 1;
  for (fifo.settle(); !held.empty(); fifo.tick()) {
    if (fifo->valid_o == 0) continue;
    REQUIRE(fifo->data_o == held.front());
    held.pop_front();
  }
  REQUIRE(fifo->valid_o == 0);
}

TEST_CASE("SRAM FIFO shows a word two cycles after its push and moves one a cycle") {
  Bench<Vsram_fifo> fifo;
  fifo->ready_i = 1;
  fifo->push_i = 1;
  for (uint32_t i = 0; i < 20; ++i) {
    fifo->data_i = static_cast<uint8_t>(i);
    fifo.tick();
    REQUIRE(fifo->valid_o == (i >= 1));
    if (i >= 1) REQUIRE(fifo->data_o == i - 1);
  }
}

}  // namespace
}  // namespace tercet

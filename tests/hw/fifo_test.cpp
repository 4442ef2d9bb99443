// SPDX-License-Identifier: Apache-2.0
// rtl/common/tercet_fifo.sv against a queue.
#include <deque>

#include "Vfifo.h"
#include "bench.h"

namespace tercet {
namespace {

constexpr size_t kDepth = 4;

TEST_CASE("Fifo keeps order and loses nothing") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  Rng rng(seed);
  Stall write_stall(GENERATE(stall_modes()), seed);
  Stall read_stall(GENERATE(stall_modes()), ~seed);
  Bench<Vfifo> fifo;
  std::deque<uint8_t> held;
  size_t most = 0;
  for (int i = 0; i < 1000; ++i) {
    fifo->valid_i = !write_stall();
    fifo->ready_i = !read_stall();
    fifo->data_i = static_cast<uint8_t>(rng.next());
    fifo->flush_i = rng.below(100) == 0;
    fifo.settle();
    REQUIRE(fifo->ready_o == (held.size() < kDepth));
    REQUIRE(fifo->valid_o == !held.empty());
    if (!held.empty()) REQUIRE(fifo->data_o == held.front());
    const bool push = fifo->valid_i && fifo->ready_o;
    if (fifo->ready_i && fifo->valid_o) held.pop_front();
    if (push) held.push_back(fifo->data_i);
    if (fifo->flush_i) held.clear();
    most = std::max(most, held.size());
    fifo.tick();
  }
  REQUIRE(most >= 1);
}

TEST_CASE("Fifo holds Depth words, not one more") {
  Bench<Vfifo> fifo;
  fifo->valid_i = 1;
  for (size_t i = 0; i < kDepth; ++i) {
    fifo.settle();
    REQUIRE(fifo->ready_o == 1);
    fifo->data_i = static_cast<uint8_t>(i);
    fifo.tick();
  }
  REQUIRE(fifo->ready_o == 0);
  fifo->data_i = 99;  // refused
  fifo.tick();
  fifo->valid_i = 0;
  fifo->ready_i = 1;
  for (size_t i = 0; i < kDepth; ++i) {
    fifo.settle();
    REQUIRE(fifo->data_o == i);
    fifo.tick();
  }
  REQUIRE(fifo->valid_o == 0);
}

}  // namespace
}  // namespace tercet

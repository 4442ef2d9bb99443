// SPDX-License-Identifier: Apache-2.0
// rtl/control/tercet_perf.sv: event counters and the latency of the last command.
#include <deque>

#include "Vperf.h"
#include "bench.h"
#include "tercet_hw.h"

namespace tercet {
namespace {

constexpr uint32_t kEvents = TERCET_COUNTER_COUNT - 1;
constexpr size_t kInFlight = 4;

uint64_t counter(Bench<Vperf>& perf, uint32_t index) {
  perf->index_i = static_cast<uint8_t>(index);
  perf.settle();
  return perf->value_o;
}

/// The counter of the `event`-th event: LAST_CYCLES counts none.
uint32_t index_of(uint32_t event) { return event + (event >= TERCET_COUNTER_LAST_CYCLES ? 1 : 0); }

TEST_CASE("Counters count their own event, and LAST_CYCLES a command's cycles") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  Rng rng(seed);
  Stall start_stall(GENERATE(stall_modes()), seed);
  Stall done_stall(GENERATE(stall_modes()), ~seed);
  Bench<Vperf> perf;
  std::array<uint64_t, kEvents> counts{};
  std::deque<uint64_t> starts;
  uint64_t last = 0;
  size_t most = 0;
  for (int i = 0; i < 2000; ++i) {
    perf->events_i = static_cast<uint16_t>(rng.next() & ((1 << kEvents) - 1));
    perf->clear_i = rng.below(300) == 0;
    perf->flush_i = rng.below(100) == 0;
    perf.settle();
    REQUIRE(perf->start_ready_o == (starts.size() < kInFlight));
    REQUIRE(perf->empty_o == starts.empty());
    perf->start_i = perf->start_ready_o && !start_stall();
    perf->done_i = !starts.empty() && !done_stall() && rng.below(4) == 0;
    for (uint32_t e = 0; e < kEvents; ++e) {
      counts[e] = perf->clear_i ? 0 : counts[e] + (perf->events_i >> e & 1);
    }
    if (perf->done_i) {
      last = perf.cycle() - starts.front() + 1;
      starts.pop_front();
    }
    if (perf->clear_i) last = 0;
    if (perf->start_i) starts.push_back(perf.cycle());
    most = std::max(most, starts.size());
    if (perf->flush_i) starts.clear();
    perf.tick();
    for (uint32_t e = 0; e < kEvents; ++e) REQUIRE(counter(perf, index_of(e)) == counts[e]);
    REQUIRE(counter(perf, TERCET_COUNTER_LAST_CYCLES) == last);
  }
  REQUIRE(most >= 1);
}

}  // namespace
}  // namespace tercet

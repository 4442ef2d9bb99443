// SPDX-License-Identifier: Apache-2.0
// Ticking and jumping from event to event show the same times, whatever the DRAM.
#include <gtest/gtest.h>

#include <array>

#include "base/error.h"
#include "dram_harness.h"

namespace tercet {
namespace {

/// How a user passes the time between two things to do.
enum class Pace { kEveryCycle, kEvents, kRandom, kOnlyWhenAsked };

/// Requests at given cycles; requests that find no place are dropped the same way for all paces, as
/// a place is free only once its request has ended.
std::vector<DramSeen> open_loop(const DramConfig& config, const std::vector<DramArrival>& traffic,
                                Pace pace, DramStats* stats) {
  DramBench bench(config);
  DramModel& model = bench.model();
  std::mt19937_64 random(7);
  uint64_t cycle = 0;
  for (const DramArrival& arrival : traffic) {
    while (cycle < arrival.cycle) {
      uint64_t next = arrival.cycle;
      if (pace == Pace::kEveryCycle) next = cycle + 1;
      if (pace == Pace::kEvents) next = std::max(cycle + 1, model.next_event());
      if (pace == Pace::kRandom) next = cycle + 1 + random() % 50;
      cycle = std::min(next, arrival.cycle);
      if (pace != Pace::kOnlyWhenAsked) model.advance(cycle);
    }
    model.advance(arrival.cycle);
    bench.collect();
    if (model.can_accept(arrival.request.write)) model.enqueue(arrival.request, arrival.cycle);
  }
  const uint64_t end = traffic.back().cycle + 100000;
  if (pace == Pace::kEveryCycle) {
    for (; cycle < end; ++cycle) model.advance(cycle);
  }
  model.advance(end);
  bench.collect();
  *stats = model.stats();
  std::vector<DramSeen> seen = bench.seen();
  std::sort(seen.begin(), seen.end(),
            [](const DramSeen& a, const DramSeen& b) { return a.request.id < b.request.id; });
  return seen;
}

/// A machine that keeps eight requests in flight: a new one goes out in the cycle in which the
/// oldest of its direction has wholly come. Returns the cycle in which each ended.
std::vector<uint64_t> closed_loop(const DramConfig& config, Pace pace) {
  DramModel model(config, {1000000, 64});
  std::vector<uint64_t> ends;
  std::array<uint64_t, 2> ended{};
  uint64_t sent = 0;
  uint64_t cycle = 0;
  std::mt19937_64 random(3);
  while (ends.size() < 3000) {
    model.advance(cycle);
    for (const bool write : {false, true}) {
      while (const DramTransfer* transfer = model.oldest(write)) {
        if (!transfer->complete() || transfer->last_cycle > cycle) break;
        // Requests end in order, so one may have waited for those before it.
        ended[write] = std::max(ended[write], transfer->last_cycle);
        EXPECT_EQ(ended[write], cycle) << "seen late";
        ends.push_back(cycle);
        model.retire(write);
      }
    }
    while (sent < ends.size() + 8) {
      const bool write = sent % 5 == 4;
      const uint64_t address = sent % 7 == 0 ? random() % (1 << 20) * 1024 : sent * 1024;
      model.enqueue({sent++, address, 1024, write}, cycle);
    }
    uint64_t next = model.next_event();
    for (const bool write : {false, true}) {
      const DramTransfer* transfer = model.oldest(write);
      if (transfer != nullptr && transfer->complete()) next = std::min(next, transfer->last_cycle);
    }
    cycle = pace == Pace::kEveryCycle ? cycle + 1 : std::max(cycle + 1, next);
  }
  return ends;
}

class DramEvent : public testing::TestWithParam<const char*> {
 protected:
  DramConfig config() const {
    return std::string(GetParam()) == "toy" ? toy_dram() : dram_config(GetParam());
  }
};

TEST_P(DramEvent, TimesDoNotDependOnHowOftenAUserLooks) {
  DramConfig tested = config();
  const DramConfig shape = tested.fixed_latency != 0 ? toy_dram() : tested;
  const std::vector<DramArrival> traffic = random_traffic(shape, 31, 2000);
  for (const bool posted : {false, true}) {
    tested.policy.posted_writes = posted;
    DramStats expected_stats;
    const auto expected = open_loop(tested, traffic, Pace::kEveryCycle, &expected_stats);
    EXPECT_GT(expected.size(), 500u);
    for (const Pace pace : {Pace::kEvents, Pace::kRandom, Pace::kOnlyWhenAsked}) {
      DramStats stats;
      const auto seen = open_loop(tested, traffic, pace, &stats);
      ASSERT_EQ(seen.size(), expected.size());
      for (size_t i = 0; i < seen.size(); ++i) {
        ASSERT_EQ(seen[i].request.id, expected[i].request.id);
        ASSERT_EQ(seen[i].ready, expected[i].ready) << "request " << i;
      }
      EXPECT_EQ(stats.occupancy, expected_stats.occupancy);
      EXPECT_EQ(stats.queued_cycles, expected_stats.queued_cycles);
      EXPECT_EQ(stats.open_cycles, expected_stats.open_cycles);
      EXPECT_EQ(stats.activates, expected_stats.activates);
      EXPECT_EQ(stats.precharges, expected_stats.precharges);
      EXPECT_EQ(stats.refreshes, expected_stats.refreshes);
      EXPECT_EQ(stats.read_latency, expected_stats.read_latency);
      EXPECT_EQ(stats.channel_cycles, expected_stats.channel_cycles);
    }
  }
}

TEST_P(DramEvent, AMachineThatJumpsLivesTheSameLifeAsOneThatTicks) {
  EXPECT_EQ(closed_loop(config(), Pace::kEvents), closed_loop(config(), Pace::kEveryCycle));
}

INSTANTIATE_TEST_SUITE_P(All, DramEvent,
                         testing::Values("toy", "ideal", "lpddr4-3200", "lpddr5x-8533", "hbm2e"));

TEST(DramModel, SaysThatNothingHappensWhenNothingWaits) {
  DramModel model(dram_config("lpddr5x-8533"), {1000000, 64});
  EXPECT_EQ(model.next_event(), kDramNever);
  EXPECT_EQ(model.oldest(false), nullptr);
  EXPECT_TRUE(model.idle());
}

TEST(DramModel, TheIdealMemoryGivesABeatACycleAfterFourCycles) {
  DramBench bench(dram_config("ideal"));
  bench.read(0, 10, 256);
  bench.read(1024, 10, 128);
  bench.write(4096, 11, 1024);
  bench.drain(11);
  EXPECT_EQ(bench.seen()[0].ready, (std::vector<uint64_t>{14, 15, 16, 17}));
  EXPECT_EQ(bench.seen()[1].ready, (std::vector<uint64_t>{18, 19}));
  EXPECT_EQ(bench.last(2), 15u);
}

TEST(DramModel, GivesTheCycleOfEachBeat) {
  DramModel model(toy_dram(), {1000000, 64});
  model.enqueue({0, toy_address(0, 0, 0), 256, false}, 0);
  const DramTransfer& read = *model.oldest(false);
  model.advance(11);  // the reads of 8 are out, that of 12 is not
  EXPECT_EQ(read.first_cycle(), 20u);
  EXPECT_EQ(read.ready_cycle(0, 16), 20u);
  EXPECT_EQ(read.ready_cycle(0, 64), kDramNever);
  EXPECT_FALSE(read.complete());
  model.advance(12);
  EXPECT_EQ(read.ready_cycle(0, 64), 24u);
  EXPECT_EQ(read.ready_cycle(32, 16), 24u);
  model.advance(36);
  EXPECT_TRUE(read.complete());
  EXPECT_EQ(read.last_cycle, 48u);
}

TEST(DramModel, RefusesWhatItCannotServe) {
  DramModel model(toy_dram(), {1000000, 64});
  model.advance(10);
  EXPECT_THROW(model.enqueue({0, 0, 32, false}, 9), Error);
  EXPECT_THROW(model.enqueue({0, 0, 0, false}, 10), Error);
  EXPECT_THROW(model.enqueue({0, 4000, 128, false}, 10), Error);
  EXPECT_THROW(model.retire(false), Error);
  for (uint32_t i = 0; i < DramRing::kSlots; ++i) model.enqueue({i, 0, 32, false}, 10);
  EXPECT_FALSE(model.can_accept(false));
  EXPECT_TRUE(model.can_accept(true));
  EXPECT_THROW(model.enqueue({0, 0, 32, false}, 10), Error);
  EXPECT_THROW(model.retire(false), Error);
}

}  // namespace
}  // namespace tercet

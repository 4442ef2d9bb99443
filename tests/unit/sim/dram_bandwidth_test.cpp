// SPDX-License-Identifier: Apache-2.0
// Bandwidth: linear streams near the peak, random misses and refresh as calculated; and the speed
// of the model itself.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>

#include "dram_harness.h"

namespace tercet {
namespace {

/// Reads `count` requests of `bytes`, `in_flight` at a time; returns bytes a machine cycle.
template <class Address>
double read_rate(DramModel& model, uint64_t count, uint32_t bytes, uint64_t in_flight,
                 Address address) {
  uint64_t sent = 0;
  uint64_t done = 0;
  uint64_t cycle = 0;
  uint64_t last = 0;
  while (done < count) {
    model.advance(cycle);
    while (const DramTransfer* read = model.oldest(false)) {
      if (!read->complete() || read->last_cycle > cycle) break;
      last = read->last_cycle;
      model.retire(false);
      ++done;
    }
    while (sent < count && sent - done < in_flight) {
      model.enqueue({sent, address(sent), bytes, false}, cycle);
      ++sent;
    }
    uint64_t next = model.next_event();
    const DramTransfer* oldest = model.oldest(false);
    if (oldest != nullptr && oldest->complete()) next = oldest->last_cycle;
    cycle = std::max(cycle + 1, next);
  }
  return static_cast<double>(count * bytes) / static_cast<double>(last);
}

class DramBandwidth : public testing::TestWithParam<const char*> {};

TEST_P(DramBandwidth, ALinearReadStreamReachesNinetyPercentOfThePeak) {
  const DramConfig config = dram_config(GetParam());
  DramModel model(config, {1000000, 64});
  const double rate = read_rate(model, 60000, 1024, 32, [](uint64_t i) { return i * 1024; });
  const double peak = dram_peak_bytes_per_s(config) / 1e9;
  const DramTiming& t = config.timing;
  const double refresh = static_cast<double>(t.rfc) / t.refi;
  std::printf("%s: %.2f of %.2f GB/s = %.2f %% (refresh takes %.2f %%), row hits %.2f %%\n",
              GetParam(), rate, peak, 100 * rate / peak, 100 * refresh,
              100.0 * model.stats().row_hits / model.stats().reads);
  EXPECT_GE(rate, 0.9 * peak);
  EXPECT_LE(rate, (1 - refresh) * peak);
}

TEST_P(DramBandwidth, RefreshCostsItsShareOfALinearStream) {
  DramConfig config = dram_config(GetParam());
  DramModel with(config, {1000000, 64});
  const double rate = read_rate(with, 20000, 1024, 32, [](uint64_t i) { return i * 1024; });
  const DramTiming t = config.timing;
  config.timing.refi = 100000000;  // none in this run
  DramModel without(config, {1000000, 64});
  const double full = read_rate(without, 20000, 1024, 32, [](uint64_t i) { return i * 1024; });
  EXPECT_EQ(without.stats().refreshes, 0u);
  // In each tREFI the data stop for: the last read before the precharge (tRTP), tRPab, tRFC, tRCD;
  // then the second bank group's activate, the first one having to wait for it (tRRD).
  const double stop = static_cast<double>(t.rtp) + t.rp_ab + t.rfc + t.rcd_rd + t.rrd_s;
  const double expected = full * (1 - stop / t.refi);
  EXPECT_NEAR(rate / expected, 1.0, 0.01);
}

TEST_P(DramBandwidth, RandomMissesOneByOneTakeTheCalculatedTime) {
  DramConfig config = dram_config(GetParam());
  config.timing.refi = 100000000;
  DramModel model(config, {1000000, 64});
  std::mt19937_64 random(11);
  const uint64_t rows = dram_capacity(config.org) / 32768;
  // One burst at a time: nearly always another row of an open bank.
  const uint64_t count = 20000;
  const double rate =
      read_rate(model, count, 32, 1, [&](uint64_t) { return random() % rows * 32768; });
  const DramStats stats = model.stats();
  const DramTiming& t = config.timing;
  const double conflicts = static_cast<double>(stats.row_conflicts) / count;
  EXPECT_GT(conflicts, 0.9);
  const double cycle_ns = 1e6 / config.clock_khz;
  // Precharge (or not), activate, read, data; the way to the queue and back; on average half a
  // cycle of each clock is lost where they meet.
  const double dram = conflicts * t.rp + t.rcd_rd + t.rl + t.burst + 0.5;
  const double ns = dram * cycle_ns + 1e-3 * (config.policy.front_ps + config.policy.back_ps) + 0.5;
  EXPECT_NEAR(32.0 / rate / ns, 1.0, 0.03);
}

TEST_P(DramBandwidth, TheModelIsFast) {
  DramModel model(dram_config(GetParam()), {1000000, 64});
  const uint64_t count = 50000;
  const auto begin = std::chrono::steady_clock::now();
  read_rate(model, count, 1024, 16, [](uint64_t i) { return i * 1024; });
  const std::chrono::duration<double, std::nano> time = std::chrono::steady_clock::now() - begin;
  const double per_access = time.count() / (count * 16);
  std::printf("%s: %.1f ns of real time per 64 bytes\n", GetParam(), per_access);
  EXPECT_LT(per_access, 5000.0);  // a guard against blunders on any machine, not a target
}

INSTANTIATE_TEST_SUITE_P(All, DramBandwidth,
                         testing::Values("lpddr4-3200", "lpddr5x-8533", "hbm2e"));

TEST(DramBandwidthLimits, ActivatesAreHeldBackByTheirDistance) {
  DramConfig config = dram_config("lpddr5x-8533");
  config.timing.refi = 100000000;
  config.org.channels = 1;
  DramModel model(config, {1000000, 64});
  // One burst of each bank in turn, each time of a new row; 16 banks hide tRC = 65 cycles.
  const double rate =
      read_rate(model, 20000, 32, 60, [](uint64_t i) { return i / 2 * 4096 + i % 2 * 32; });
  // tRRD = 6 cycles, one burst each; four of them are more than tFAW = 22.
  const double limit = 32 / (config.timing.rrd_s * 1e6 / config.clock_khz);
  EXPECT_LE(rate, 1.001 * limit);
  EXPECT_GE(rate, 0.97 * limit);
}

}  // namespace
}  // namespace tercet

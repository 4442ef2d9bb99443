// SPDX-License-Identifier: Apache-2.0
// Known access patterns on the toy DRAM, each against a calculation by hand. The toy: RL 10, WL 6,
// burst 2, tRCD 7, tRP 8, tRAS 20, tRTP 4, tWR 9, tRRD 3/5, tFAW 20, tCCD 2/4, tWTR 4/6, tRTW 8.
#include <gtest/gtest.h>

#include "dram_harness.h"

namespace tercet {
namespace {

using Cycles = std::vector<uint64_t>;

TEST(DramTiming, AMissCostsActivateReadAndBurst) {
  DramBench bench(toy_dram());
  bench.trace();
  bench.read(toy_address(0, 0, 0));
  bench.drain();
  // Seen in cycle 1: activate 1, read 1 + 7 = 8, data 18 and 19, there in 20.
  EXPECT_EQ(cycles_of(bench.commands(), DramOp::kActivate), Cycles{1});
  EXPECT_EQ(cycles_of(bench.commands(), DramOp::kRead), Cycles{8});
  EXPECT_EQ(bench.last(0), 20u);
}

TEST(DramTiming, HitsOfOneBankGroupComeEveryLongCcd) {
  DramBench bench(toy_dram());
  bench.trace();
  bench.read(toy_address(0, 0, 0), 0, 256);  // the eight bursts of a row
  bench.drain();
  // Reads at 8, 12, …, 36: tCCD_L = 4 apart.
  EXPECT_EQ(cycles_of(bench.commands(), DramOp::kRead), (Cycles{8, 12, 16, 20, 24, 28, 32, 36}));
  EXPECT_EQ(bench.last(0), 48u);
}

TEST(DramTiming, HitsOfTwoBankGroupsFillTheDataBus) {
  DramBench bench(toy_dram());
  bench.trace();
  for (uint32_t column = 0; column < 4; ++column) {
    bench.read(toy_address(0, 0, column));
    bench.read(toy_address(0, 2, column));
  }
  bench.drain();
  // Activates at 1 and 1 + tRRD_S = 4. Bank 0 reads at 8; bank 2 from 4 + 7 = 11 on. Then the two
  // groups take turns tCCD_S = 2 apart: 8, 11, 13 (12 is tCCD_L of bank 0, 13 is 11 + 2), 15, ….
  EXPECT_EQ(cycles_of(bench.commands(), DramOp::kRead), (Cycles{8, 11, 13, 15, 17, 19, 21, 23}));
}

TEST(DramTiming, AConflictCostsPrechargeActivateRead) {
  DramBench bench(toy_dram());
  bench.trace();
  bench.read(toy_address(0, 0, 0), 0);
  bench.read(toy_address(1, 0, 0), 50);
  bench.drain();
  // Seen in 51: precharge 51, activate 51 + tRP 8 = 59, read 59 + tRCD 7 = 66, there 66 + 10 + 2.
  EXPECT_EQ(cycles_of(bench.commands(), DramOp::kPrecharge), Cycles{51});
  EXPECT_EQ(cycles_of(bench.commands(), DramOp::kActivate), (Cycles{1, 59}));
  EXPECT_EQ(bench.last(1) - 51, 8u + 7 + 10 + 2);
  EXPECT_EQ(bench.model().stats().row_conflicts, 1u);
  EXPECT_EQ(bench.model().stats().row_misses, 1u);
}

TEST(DramTiming, ARowStaysOpenForTras) {
  DramBench bench(toy_dram());
  bench.trace();
  bench.read(toy_address(0, 0, 0));
  bench.read(toy_address(1, 0, 0));
  bench.drain();
  // Activate 1, read 8; tRTP would allow the precharge at 12, tRAS allows it at 1 + 20 = 21.
  EXPECT_EQ(cycles_of(bench.commands(), DramOp::kPrecharge), Cycles{21});
  EXPECT_EQ(cycles_of(bench.commands(), DramOp::kActivate), (Cycles{1, 29}));
}

TEST(DramTiming, APrechargeWaitsForReadToPrecharge) {
  DramConfig config = toy_dram();
  config.timing.rtp = 30;
  DramBench bench(config);
  bench.trace();
  bench.read(toy_address(0, 0, 0));
  bench.read(toy_address(1, 0, 0));
  bench.drain();
  EXPECT_EQ(cycles_of(bench.commands(), DramOp::kPrecharge), Cycles{8 + 30});
}

TEST(DramTiming, APrechargeWaitsForWriteRecovery) {
  DramBench bench(toy_dram());
  bench.trace();
  bench.write(toy_address(0, 0, 0));
  bench.write(toy_address(1, 0, 0));
  bench.drain();
  // Write 8, data end 8 + 6 + 2 = 16, + tWR 9 = 25.
  EXPECT_EQ(bench.last(0), 16u);
  EXPECT_EQ(cycles_of(bench.commands(), DramOp::kPrecharge), Cycles{25});
}

TEST(DramTiming, ActivatesKeepTheirDistance) {
  DramBench bench(toy_dram());
  bench.trace();
  for (const uint32_t bank : {0, 1, 2, 3}) bench.read(toy_address(0, bank, 0));
  bench.drain();
  // Bank 0 at 1. Bank 1 is of the same group and may at 1 + 5 = 6; bank 2 of the other at 1 + 3
  // = 4. Bank 1: max(6, 4 + 3) = 7. Bank 3: max(4 + 5, 7 + 3) = 10.
  EXPECT_EQ(cycles_of(bench.commands(), DramOp::kActivate), (Cycles{1, 4, 7, 10}));
}

TEST(DramTiming, AFifthActivateWaitsForTheWindow) {
  DramConfig config = toy_dram();
  config.org.banks_per_group = 4;
  config.timing.faw = 40;
  DramBench bench(config);
  bench.trace();
  // With 4 banks a group, the address bits from 8 up are: group, two bits of bank, row.
  for (uint32_t i = 0; i < 6; ++i) bench.read(i * 256);
  bench.drain();
  // Groups alternate: activates 3 apart (tRRD_L = 5 < 6 never binds): 1, 4, 7, 10, then 1 + 40 and
  // 4 + 40.
  EXPECT_EQ(cycles_of(bench.commands(), DramOp::kActivate), (Cycles{1, 4, 7, 10, 41, 44}));
}

TEST(DramTiming, AReadAfterAWriteWaitsForTheTurnaround) {
  for (const uint32_t bank : {0u, 2u}) {
    DramBench bench(toy_dram());
    bench.trace();
    bench.read(toy_address(0, 0, 0));  // opens the rows
    bench.read(toy_address(0, 2, 0));
    bench.write(toy_address(0, 0, 1), 40);  // seen 41, data end 41 + 8 = 49
    bench.read(toy_address(0, bank, 2), 41);
    bench.drain();
    // Same group: 49 + tWTR_L 6 = 55. Other group: 49 + tWTR_S 4 = 53.
    EXPECT_EQ(cycles_of(bench.commands(), DramOp::kWrite), Cycles{41});
    EXPECT_EQ(cycles_of(bench.commands(), DramOp::kRead).back(), bank == 0 ? 55u : 53u);
  }
}

TEST(DramTiming, AWriteAfterAReadWaitsForTheTurnaround) {
  DramBench bench(toy_dram());
  bench.trace();
  bench.read(toy_address(0, 0, 0), 0);
  bench.read(toy_address(0, 0, 1), 40);   // a hit at 41
  bench.write(toy_address(0, 0, 2), 40);  // 41 + tRTW 8
  bench.drain();
  EXPECT_EQ(cycles_of(bench.commands(), DramOp::kRead).back(), 41u);
  EXPECT_EQ(cycles_of(bench.commands(), DramOp::kWrite), Cycles{49});
}

TEST(DramTiming, ARefreshClosesTheRowsAndStopsTheChannelForTrfc) {
  DramConfig config = toy_dram();
  config.timing.refi = 1000;
  DramBench bench(config);
  bench.trace();
  bench.read(toy_address(0, 0, 0), 0);
  bench.read(toy_address(0, 0, 1), 999);  // seen in 1000, when the refresh is due
  bench.drain();
  // Precharge all 1000, refresh 1000 + tRPab 9 = 1009, activate 1009 + tRFC 100 = 1109, read 1116.
  EXPECT_EQ(cycles_of(bench.commands(), DramOp::kPrechargeAll), Cycles{1000});
  EXPECT_EQ(cycles_of(bench.commands(), DramOp::kRefresh), Cycles{1009});
  EXPECT_EQ(cycles_of(bench.commands(), DramOp::kActivate), (Cycles{1, 1109}));
  EXPECT_EQ(bench.last(1), 1116u + 12);
}

TEST(DramTiming, RefreshesOfAnIdleMemoryAreCountedWhetherItIsWatchedOrNot) {
  DramConfig config = toy_dram();
  config.timing.refi = 1000;
  DramBench often(config);
  DramBench seldom(config);
  often.trace();
  for (uint64_t cycle = 0; cycle <= 1000000; cycle += 7) often.model().advance(cycle);
  often.model().advance(1000000);
  seldom.model().advance(1000000);
  EXPECT_EQ(seldom.model().stats().refreshes, 1000u);
  EXPECT_EQ(often.model().stats().refreshes, 1000u);
  EXPECT_EQ(seldom.model().stats().refresh_cycles, 100000u);
  EXPECT_EQ(often.commands().size(), 1000u);
}

TEST(DramTiming, TheWayToAndFromThePortAddsUp) {
  DramConfig config = toy_dram();
  config.policy.front_ps = 10000;  // 10 cycles
  config.policy.back_ps = 5500;    // 5.5: 6 cycles
  DramBench bench(config);
  bench.read(toy_address(0, 0, 0));
  bench.drain();
  EXPECT_EQ(bench.last(0), 20u + 10 + 6);
}

TEST(DramTiming, PostedWritesAreAnsweredWhenTheyAreQueued) {
  DramConfig config = toy_dram();
  config.policy.posted_writes = true;
  DramBench bench(config);
  bench.write(toy_address(0, 0, 0), 5);
  bench.drain();
  EXPECT_EQ(bench.last(0), 6u);
  EXPECT_EQ(bench.model().stats().writes, 1u);
}

}  // namespace
}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// What the controller does first: row hits, old bursts, reads, writes.
#include <gtest/gtest.h>

#include "dram_harness.h"

namespace tercet {
namespace {

/// The blocks (address / 32) of the reads or writes, in the order of their commands.
std::vector<uint64_t> blocks_of(const std::vector<DramCommand>& commands, DramOp op) {
  std::vector<uint64_t> blocks;
  for (const DramCommand& command : commands) {
    if (command.op == op) blocks.push_back(command.block);
  }
  return blocks;
}

TEST(DramScheduler, AYoungerHitGoesBeforeAnOlderConflict) {
  DramBench bench(toy_dram());
  bench.trace();
  const uint64_t first = toy_address(0, 0, 0);
  const uint64_t conflict = toy_address(1, 0, 0);
  const uint64_t hit = toy_address(0, 0, 5);
  bench.read(first);
  bench.read(conflict);
  bench.read(hit);
  bench.drain();
  EXPECT_EQ(blocks_of(bench.commands(), DramOp::kRead),
            (std::vector<uint64_t>{first / 32, hit / 32, conflict / 32}));
}

TEST(DramScheduler, HitsOfOneBankAreServedInTheirOrder) {
  DramBench bench(toy_dram());
  bench.trace();
  std::vector<uint64_t> expected;
  for (const uint32_t column : {3, 1, 7, 0, 5}) {
    bench.read(toy_address(0, 0, column));
    expected.push_back(toy_address(0, 0, column) / 32);
  }
  bench.drain();
  EXPECT_EQ(blocks_of(bench.commands(), DramOp::kRead), expected);
}

TEST(DramScheduler, HitsPassAnOlderConflictOnlyUpToTheCap) {
  DramConfig config = toy_dram();
  config.policy.hit_cap = 3;
  DramBench bench(config);
  bench.trace();
  bench.read(toy_address(0, 0, 0));
  bench.read(toy_address(1, 0, 0));                                   // the conflict
  for (uint32_t i = 1; i < 8; ++i) bench.read(toy_address(0, 0, i));  // seven hits behind it
  bench.drain();
  const std::vector<uint64_t> blocks = blocks_of(bench.commands(), DramOp::kRead);
  const auto place = std::find(blocks.begin(), blocks.end(), toy_address(1, 0, 0) / 32);
  // The first read, three hits, then the conflict.
  EXPECT_EQ(place - blocks.begin(), 4);
  EXPECT_EQ(blocks.size(), 9u);
}

TEST(DramScheduler, NoBurstStarvesUnderAnEndlessStreamOfHits) {
  DramConfig config = toy_dram();
  DramBench bench(config);
  bench.trace();
  bench.read(toy_address(0, 0, 0), 0);
  bench.read(toy_address(1, 0, 0), 10);
  uint64_t cycle = 11;
  for (uint32_t i = 0; i < 500; ++i, cycle += 4) {
    bench.model().advance(cycle);
    bench.collect();
    while (!bench.model().can_accept(false)) {
      bench.model().advance(++cycle);
      bench.collect();
    }
    bench.read(toy_address(0, 0, i % 8), cycle);
  }
  bench.drain(cycle);
  // 32 hits, 4 cycles each, then precharge, activate and read.
  EXPECT_LT(bench.last(1), 10u + 33 * 4 + 20 + 8 + 7 + 12);
}

TEST(DramScheduler, ReadsGoFirstUntilTheWriteQueueReachesItsMark) {
  DramConfig config = toy_dram();
  config.policy.posted_writes = true;
  config.policy.write_high = 8;
  config.policy.write_low = 2;
  config.policy.turn_cap = 100000;
  DramBench bench(config);
  bench.trace();
  for (uint32_t i = 0; i < 40; ++i) bench.read(toy_address(0, 0, i % 8));
  for (uint32_t i = 0; i < 7; ++i) bench.write(toy_address(0, 2, i));
  bench.drain();
  // Seven writes are under the mark: all reads go first.
  const auto reads = cycles_of(bench.commands(), DramOp::kRead);
  const auto writes = cycles_of(bench.commands(), DramOp::kWrite);
  EXPECT_LT(reads.back(), writes.front());
  EXPECT_EQ(bench.model().stats().turnarounds, 1u);
}

TEST(DramScheduler, AtTheMarkWritesDrainToTheLowMark) {
  DramConfig config = toy_dram();
  config.policy.posted_writes = true;
  config.policy.write_high = 8;
  config.policy.write_low = 2;
  config.policy.turn_min = 3;
  DramBench bench(config);
  bench.trace();
  for (uint32_t i = 0; i < 40; ++i) bench.read(toy_address(0, 0, i % 8));
  for (uint32_t i = 0; i < 8; ++i) bench.write(toy_address(0, 2, i));
  bench.drain();
  // Three reads, then the drain: six writes; the last two wait for the end of the reads.
  const auto reads = cycles_of(bench.commands(), DramOp::kRead);
  const auto writes = cycles_of(bench.commands(), DramOp::kWrite);
  EXPECT_LT(reads[2], writes[0]);
  EXPECT_LT(writes[5], reads[3]);
  EXPECT_GT(writes[6], reads.back());
}

TEST(DramScheduler, ATurnLastsSomeBurstsBeforeAMarkEndsIt) {
  DramConfig config = toy_dram();
  config.policy.write_high = 4;
  config.policy.write_low = 3;
  config.policy.turn_min = 10;
  DramBench bench(config);
  bench.trace();
  for (uint32_t i = 0; i < 30; ++i) bench.read(toy_address(0, 0, i % 8));
  for (uint32_t i = 0; i < 30; ++i) bench.write(toy_address(0, 2, i % 8));
  bench.drain();
  // Ten reads; writes until three are left; and so on: three changes, not thirty.
  EXPECT_EQ(bench.model().stats().turnarounds, 3u);
}

TEST(DramScheduler, AFewWritesDoNotWaitForEverBehindReads) {
  DramConfig config = toy_dram();  // writes answered when stored
  config.policy.turn_min = 1;
  config.policy.turn_cap = 20;
  DramBench bench(config);
  bench.trace();
  bench.write(toy_address(0, 2, 0), 1);
  for (uint32_t i = 0; i < 60; ++i) bench.read(toy_address(0, 0, i % 8), i == 0 ? 1 : 2);
  bench.drain(2);
  const auto reads = cycles_of(bench.commands(), DramOp::kRead);
  const auto writes = cycles_of(bench.commands(), DramOp::kWrite);
  EXPECT_EQ(std::lower_bound(reads.begin(), reads.end(), writes.front()) - reads.begin(), 20);
}

TEST(DramScheduler, TheQueueIsBoundedAndFillsInOrder) {
  DramConfig config = toy_dram();
  config.policy.queue = 2;
  config.policy.write_high = 2;
  config.policy.write_low = 1;
  DramBench bench(config);
  bench.trace();
  bench.read(toy_address(0, 0, 0));
  bench.read(toy_address(1, 0, 0));
  bench.read(toy_address(2, 0, 0));
  bench.read(toy_address(0, 0, 1));  // a hit, but out of the queue's sight when it could go
  bench.drain();
  const std::vector<uint64_t> blocks = blocks_of(bench.commands(), DramOp::kRead);
  EXPECT_EQ(blocks.back(), toy_address(0, 0, 1) / 32);
}

}  // namespace
}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Random traffic: every command obeys every rule, and nothing is lost or done twice.
#include <gtest/gtest.h>

#include <map>
#include <ostream>

#include "dram_checker.h"
#include "dram_harness.h"

namespace tercet {
namespace {

struct Case {
  const char* name;
  bool posted;
  uint32_t queue;
  bool split;
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << c.name << (c.posted ? ", posted" : "");
}

DramConfig config_of(const Case& c) {
  DramConfig config = std::string(c.name) == "toy" ? toy_dram() : dram_config(c.name);
  config.policy.posted_writes = c.posted;
  config.policy.split_bus = c.split;
  config.policy.queue = c.queue;
  config.policy.write_high = (c.queue * 3 + 3) / 4;
  config.policy.write_low = c.queue / 4;
  if (config.name == "toy") config.timing.refi = 1500;
  return config;
}

/// Everything that `traffic` asks for, as fast as the model takes it.
void play(DramBench& bench, const std::vector<DramArrival>& traffic) {
  uint64_t cycle = 0;
  for (const DramArrival& arrival : traffic) {
    cycle = std::max(cycle, arrival.cycle);
    bench.model().advance(cycle);
    bench.collect();
    while (!bench.model().can_accept(arrival.request.write)) {
      bench.model().advance(++cycle);
      bench.collect();
    }
    bench.model().enqueue(arrival.request, cycle);
  }
  bench.drain(cycle);
}

class DramTrace : public testing::TestWithParam<Case> {};

TEST_P(DramTrace, EveryCommandObeysEveryRuleOnRandomTraffic) {
  const DramConfig config = config_of(GetParam());
  const std::vector<DramArrival> traffic = random_traffic(config, 17, 3000);
  DramBench bench(config);
  bench.trace();
  play(bench, traffic);
  std::map<uint32_t, std::vector<DramCommand>> channels;
  for (const DramCommand& command : bench.commands()) channels[command.channel].push_back(command);
  EXPECT_EQ(channels.size(), config.org.channels);
  for (const auto& [channel, commands] : channels) {
    for (const std::string& error : DramChecker(config).check(commands)) ADD_FAILURE() << error;
  }
}

TEST_P(DramTrace, EveryBurstIsMovedOnceAndEveryRequestEndsOnce) {
  const DramConfig config = config_of(GetParam());
  const std::vector<DramArrival> traffic = random_traffic(config, 23, 3000);
  DramBench bench(config);
  bench.trace();
  play(bench, traffic);
  std::map<std::pair<bool, uint64_t>, int64_t> balance;  // bursts asked for minus moved
  ASSERT_EQ(bench.seen().size(), traffic.size());
  for (uint32_t i = 0; i < traffic.size(); ++i) {
    const DramRequest& request = traffic[i].request;
    const DramSeen& seen = bench.seen()[i];
    EXPECT_EQ(seen.request.id, request.id);
    const uint64_t first = request.address / config.org.burst_bytes;
    const uint64_t last = (request.address + request.bytes - 1) / config.org.burst_bytes;
    ASSERT_EQ(seen.ready.size(), last - first + 1);
    for (uint64_t block = first; block <= last; ++block) ++balance[{request.write, block}];
    for (const uint64_t cycle : seen.ready) EXPECT_GT(cycle, seen.arrival);
  }
  for (const DramCommand& command : bench.commands()) {
    if (command.op == DramOp::kRead) --balance[{false, command.block}];
    if (command.op == DramOp::kWrite) --balance[{true, command.block}];
  }
  for (const auto& [key, count] : balance) EXPECT_EQ(count, 0) << "burst " << key.second;
}

TEST_P(DramTrace, TheCountsAreThoseOfTheTrace) {
  const DramConfig config = config_of(GetParam());
  DramBench bench(config);
  bench.trace();
  play(bench, random_traffic(config, 5, 1000));
  const DramStats stats = bench.model().stats();
  const auto count = [&](DramOp op) { return cycles_of(bench.commands(), op).size(); };
  EXPECT_EQ(stats.activates, count(DramOp::kActivate));
  EXPECT_EQ(stats.reads, count(DramOp::kRead));
  EXPECT_EQ(stats.writes, count(DramOp::kWrite));
  EXPECT_EQ(stats.refreshes, count(DramOp::kRefresh));
  EXPECT_EQ(stats.row_hits + stats.row_misses + stats.row_conflicts, stats.reads + stats.writes);
  EXPECT_LE(stats.row_misses + stats.row_conflicts, stats.activates);
  EXPECT_LE(stats.precharges, stats.activates);
  EXPECT_LE(stats.data_cycles, stats.channel_cycles);
  EXPECT_LE(stats.queued_cycles, stats.channel_cycles);
  EXPECT_LE(stats.open_cycles, stats.channel_cycles);
  EXPECT_GE(stats.occupancy, stats.queued_cycles);
}

INSTANTIATE_TEST_SUITE_P(All, DramTrace,
                         testing::Values(Case{"toy", false, 64, false}, Case{"toy", true, 4, true},
                                         Case{"lpddr4-3200", true, 64, false},
                                         Case{"lpddr5x-8533", true, 64, false},
                                         Case{"lpddr5x-8533", false, 16, false},
                                         Case{"hbm2e", true, 64, true}));

TEST(DramChecker, FindsAPlantedFault) {
  // The same trace must not please a DRAM with one rule tightened by a cycle.
  DramConfig config = config_of({"lpddr5x-8533", true, 64, false});
  config.timing.faw = 30;  // else hidden behind tRRD
  DramBench bench(config);
  bench.trace();
  play(bench, random_traffic(config, 17, 3000));
  std::vector<DramCommand> commands;
  for (const DramCommand& command : bench.commands()) {
    if (command.channel == 0) commands.push_back(command);
  }
  ASSERT_TRUE(DramChecker(config).check(commands).empty());
  for (const DramTimingField& field : dram_timing_fields()) {
    const std::string name = field.name;
    // Not rules between commands of one kind, or hidden behind a longer rule with these numbers.
    if (name == "RL" || name == "WL" || name == "burst" || name.find("_bus") != name.npos) continue;
    if (name == "tREFI" || name == "tRRD_S") continue;
    DramConfig tighter = config;
    ++(tighter.timing.*field.member);
    if (name == "tRRD_L") ++tighter.timing.rrd_s;
    EXPECT_FALSE(DramChecker(tighter).check(commands).empty()) << name;
  }
}

}  // namespace
}  // namespace tercet

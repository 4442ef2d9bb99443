// SPDX-License-Identifier: Apache-2.0
// Presets, their sources, the address map, the clock ratio, and configs that are refused.
#include <gtest/gtest.h>

#include <set>

#include "base/error.h"
#include "dram_harness.h"
#include "sim/dram/dram_channel.h"
#include "sim/dram/dram_map.h"

namespace tercet {
namespace {

std::string error_of(const DramConfig& config) {
  try {
    DramModel model(config, {1000000, 64});
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(DramConfig, PeakAndCapacityAreThoseOfTheDataSheets) {
  constexpr uint64_t kGiB = uint64_t{1} << 30;
  EXPECT_DOUBLE_EQ(dram_peak_bytes_per_s(dram_config("lpddr4-3200")), 12.8e9);
  EXPECT_DOUBLE_EQ(dram_peak_bytes_per_s(dram_config("lpddr5x-8533")), 68.264e9);
  EXPECT_DOUBLE_EQ(dram_peak_bytes_per_s(dram_config("hbm2e")), 460.8e9);
  EXPECT_EQ(dram_capacity(dram_config("lpddr4-3200").org), 2 * kGiB);
  EXPECT_EQ(dram_capacity(dram_config("lpddr5x-8533").org), 8 * kGiB);
  EXPECT_EQ(dram_capacity(dram_config("hbm2e").org), 8 * kGiB);
}

TEST(DramConfig, CyclesAreThoseOfTheStandardsTables) {
  const DramTiming lpddr4 = dram_config("lpddr4-3200").timing;
  EXPECT_EQ(lpddr4.rcd_rd, 29u);  // DRAMSys, JEDEC_512Mbx16_LPDDR4-3200
  EXPECT_EQ(lpddr4.rp_ab, 34u);
  EXPECT_EQ(lpddr4.ras, 68u);
  EXPECT_EQ(lpddr4.rtp, 12u);
  EXPECT_EQ(lpddr4.refi, 6246u);
  EXPECT_EQ(lpddr4.rfc, 448u);
  EXPECT_EQ(lpddr4.rtw, 30u);  // 28 + 6 + 8 + 2 - 14
  const DramTiming lpddr5x = dram_config("lpddr5x-8533").timing;
  EXPECT_EQ(lpddr5x.rl, 23u);  // 21.25 ns
  EXPECT_EQ(lpddr5x.wl, 12u);
  EXPECT_EQ(lpddr5x.rcd_rd, 20u);
  EXPECT_EQ(lpddr5x.rtw, lpddr5x.rl + lpddr5x.burst + 2 - lpddr5x.wl);
  const DramTiming hbm = dram_config("hbm2e").timing;
  EXPECT_EQ(hbm.rl, 26u);  // 14 ns
  EXPECT_EQ(hbm.rfc, 468u);
  EXPECT_EQ(hbm.rtw, hbm.rl + hbm.burst + 2 - hbm.wl);
}

TEST(DramConfig, EveryNumberHasAKindAndASource) {
  const std::set<std::string> kinds = {"standard", "simulator", "scaled", "derived", "assumed"};
  for (const DramPreset& preset : dram_presets()) {
    EXPECT_FALSE(std::string(preset.organisation_source).empty());
    EXPECT_EQ(preset.rows.size(), dram_timing_fields().size());
    for (const DramRow& row : preset.rows) {
      EXPECT_EQ(kinds.count(row.kind), 1u) << preset.name << " " << row.field;
      EXPECT_GT(std::string(row.source).size(), 4u) << preset.name << " " << row.field;
    }
  }
}

TEST(DramConfig, AnUnknownNameIsRefusedWithTheKnownOnes) {
  try {
    dram_config("ddr9");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "dram 'ddr9' is unknown; known: ideal, lpddr4-3200, lpddr5x-8533, hbm2e");
  }
}

TEST(DramConfig, RowsThatAreMissingDoubleOrUnknownAreRefused) {
  DramPreset missing = dram_presets()[0];
  missing.rows.pop_back();
  EXPECT_THROW(dram_config(missing), Error);
  DramPreset twice = dram_presets()[0];
  twice.rows.push_back(twice.rows[0]);
  EXPECT_THROW(dram_config(twice), Error);
  DramPreset unknown = dram_presets()[0];
  unknown.rows[0].field = "tXYZ";
  EXPECT_THROW(dram_config(unknown), Error);
}

TEST(DramConfig, BadNumbersAreRefusedByNameOfPresetAndField) {
  struct Bad {
    const char* expected;
    void (*spoil)(DramConfig&);
  };
  const Bad bads[] = {
      {"dram toy: banks_per_group = 0", [](DramConfig& c) { c.org.banks_per_group = 0; }},
      {"dram toy: channels = 3", [](DramConfig& c) { c.org.channels = 3; }},
      {"dram toy: rows = 0", [](DramConfig& c) { c.org.rows = 0; }},
      {"dram toy: banks_per_group = 64 is over", [](DramConfig& c) { c.org.banks_per_group = 32; }},
      {"dram toy: spread_groups = 4 is over", [](DramConfig& c) { c.org.spread_groups = 4; }},
      {"dram toy: burst_bytes = 512 is over", [](DramConfig& c) { c.org.burst_bytes = 512; }},
      {"dram toy: burst_bytes = 8 is under", [](DramConfig& c) { c.org.burst_bytes = 8; }},
      {"dram toy: tRAS = 6 is under tRCD_RD", [](DramConfig& c) { c.timing.ras = 6; }},
      {"dram toy: RL = 0", [](DramConfig& c) { c.timing.rl = 0; }},
      {"dram toy: tRRD_L = 2 is under", [](DramConfig& c) { c.timing.rrd_l = 2; }},
      {"dram toy: tCCD_S = 1 is under burst", [](DramConfig& c) { c.timing.ccd_s = 1; }},
      {"dram toy: tRTW + WL = 11 is under", [](DramConfig& c) { c.timing.rtw = 5; }},
      {"dram toy: tREFI = 128 is under", [](DramConfig& c) { c.timing.refi = 128; }},
      {"dram toy: queue = 65", [](DramConfig& c) { c.policy.queue = 65; }},
      {"dram toy: write_low = 48", [](DramConfig& c) { c.policy.write_low = 48; }},
      {"dram toy: turn_min = 300", [](DramConfig& c) { c.policy.turn_min = 300; }},
      {"dram toy: hit_cap = 0", [](DramConfig& c) { c.policy.hit_cap = 0; }},
      {"dram toy: clock_khz = 0", [](DramConfig& c) { c.clock_khz = 0; }},
  };
  EXPECT_EQ(error_of(toy_dram()), "");
  for (const Bad& bad : bads) {
    DramConfig config = toy_dram();
    bad.spoil(config);
    EXPECT_EQ(error_of(config).find(bad.expected), 0u) << bad.expected << "\n" << error_of(config);
  }
}

TEST(DramMap, EveryBurstHasItsOwnPlaceAndTheWayBackIsExact) {
  for (const char* name : {"lpddr4-3200", "lpddr5x-8533", "hbm2e"}) {
    const DramOrganisation org = dram_config(name).org;
    const DramMap map(org);
    for (uint64_t begin : {uint64_t{0}, uint64_t{12345}, uint64_t{1} << 27}) {
      for (uint64_t size : {1u, 3u, 32u, 129u}) {
        std::set<uint64_t> blocks;
        for (uint32_t channel = 0; channel < org.channels; ++channel) {
          const uint64_t end = map.slots_below(begin + size, channel);
          for (uint64_t slot = map.slots_below(begin, channel); slot < end; ++slot) {
            EXPECT_TRUE(blocks.insert(map.block(slot, channel)).second);
          }
        }
        EXPECT_EQ(blocks.size(), size);
        EXPECT_EQ(*blocks.begin(), begin);
        EXPECT_EQ(*blocks.rbegin(), begin + size - 1);
      }
    }
  }
}

TEST(DramMap, ALinearKibibyteUsesAllChannelsAlike) {
  for (const char* name : {"lpddr4-3200", "lpddr5x-8533", "hbm2e"}) {
    const DramOrganisation org = dram_config(name).org;
    const DramMap map(org);
    const uint64_t blocks = 1024 / org.burst_bytes;
    for (uint32_t channel = 0; channel < org.channels; ++channel) {
      const uint64_t count =
          map.slots_below(5 * blocks + blocks, channel) - map.slots_below(5 * blocks, channel);
      EXPECT_EQ(count, blocks / org.channels) << name;
    }
  }
}

TEST(DramMap, NeighboursAlternateBetweenBankGroupsInOneRow) {
  const DramMap map(dram_config("lpddr5x-8533").org);
  // A row of 64 bursts in each of two bank groups, then the next pair of groups, then banks, rows.
  EXPECT_EQ(map.place(0).bank, 0u);
  EXPECT_EQ(map.place(1).bank, 4u);
  EXPECT_EQ(map.place(127).bank, 4u);
  EXPECT_EQ(map.place(128).bank, 8u);
  EXPECT_EQ(map.place(256).bank, 1u);
  EXPECT_EQ(map.place(1023).row, 0u);
  EXPECT_EQ(map.place(1024).row, 1u);
  EXPECT_EQ(map.place(1024).bank, 0u);
}

TEST(DramClock, IsExactAtEveryEdgeAndNeverDrifts) {
  const DramClock clock(1000000, 1066625);  // 8533 DRAM cycles are 8000 machine cycles
  EXPECT_EQ(clock.to_machine(0), 0u);
  EXPECT_EQ(clock.to_machine(1), 1u);
  EXPECT_EQ(clock.to_machine(15), 15u);  // 14.06
  EXPECT_EQ(clock.to_machine(16), 16u);  // 15.0006
  EXPECT_EQ(clock.to_machine(8533), 8000u);
  EXPECT_EQ(clock.to_machine(8534), 8001u);
  for (const uint64_t far : {uint64_t{0}, uint64_t{1} << 36}) {
    EXPECT_EQ(clock.to_machine(8533 * far), 8000 * far);
    EXPECT_EQ(clock.to_dram(8000 * far), 8533 * far);
    for (uint64_t cycle = 8000 * far; cycle < 8000 * far + 9000; ++cycle) {
      const uint64_t edge = clock.to_dram(cycle);  // the last not after the cycle's begin
      EXPECT_LE(clock.to_machine(edge), cycle);
      EXPECT_GT(clock.to_machine(edge + 1), cycle);
    }
  }
}

}  // namespace
}  // namespace tercet

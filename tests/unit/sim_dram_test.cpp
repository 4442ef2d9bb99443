// SPDX-License-Identifier: Apache-2.0
// Memory image and memory timings.
#include <gtest/gtest.h>

#include <array>

#include "sim/dram/memory_image.h"
#include "sim/dram/simple_timing.h"
#include "tercet/layout.h"
#include "tercet/model/error.h"

namespace tercet {
namespace {

TEST(MemoryImageTest, KeepsBytesAndRefusesWhatIsOutside) {
  MemoryImage memory(uint64_t{1} << 40);  // costs only the pages that are touched
  const std::array<uint8_t, 3> data = {1, 2, 3};
  memory.write(memory.size() - 3, data.data(), 3);
  std::array<uint8_t, 3> back{};
  memory.read(memory.size() - 3, back.data(), 3);
  EXPECT_EQ(back, data);
  EXPECT_THROW(memory.write(memory.size() - 2, data.data(), 3), Error);
  EXPECT_THROW(memory.read(UINT64_MAX, back.data(), 3), Error);
  EXPECT_THROW(MemoryImage(0), Error);
}

TEST(TimingTest, AnIdealMemoryAnswersAfterItsLatency) {
  IdealTiming timing;
  for (uint64_t cycle = 10; cycle < 20; ++cycle) {
    EXPECT_EQ(timing.request(0, 64, cycle % 2 == 0, cycle), cycle + IdealTiming::kLatency);
  }
}

TEST(TimingTest, ABandwidthIsKeptAndTheLatencyIsPaidOnce) {
  BandwidthTiming timing(16.0, 50);
  EXPECT_EQ(timing.request(0, 64, false, 100), 153u);  // 4 cycles of data, the last of them at + 50
  uint64_t last = 0;
  for (int i = 1; i < 100; ++i) last = timing.request(0, 64, i % 2 == 0, 100);
  EXPECT_EQ(last, 100u + 400 + 49);
  EXPECT_EQ(timing.request(0, 64, false, 10'000), 10'053u);
  EXPECT_THROW(BandwidthTiming(0.0, 1), Error);
  EXPECT_THROW(BandwidthTiming(1.0, 0), Error);
}

TEST(TimingTest, EveryMachineNamesAPresetAndUnknownNamesAreListed) {
  for (const tercet_config& machine : TERCET_CONFIGS) {
    EXPECT_NO_THROW(make_timing("dram", machine)) << machine.name;
  }
  try {
    make_timing("ddr9", find_machine("edge"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()),
              "memory 'ddr9' is unknown; known: ideal, dram, lpddr4-3200, lpddr5x-8533, hbm2e");
  }
}

}  // namespace
}  // namespace tercet

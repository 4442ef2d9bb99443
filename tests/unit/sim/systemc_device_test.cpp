// SPDX-License-Identifier: Apache-2.0
// The SystemC device alone and against the functional one: bytes, counters, time, traces.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "sim/functional/functional_device.h"
#include "systemc_test_util.h"

namespace tercet {
namespace {

constexpr uint64_t kMemory = uint64_t{1} << 26;

class SystemcDeviceOn : public testing::TestWithParam<const char*> {
 protected:
  const tercet_config& machine_ = find_machine(GetParam());
};

TEST_P(SystemcDeviceOn, WritesTheBytesOfTheFunctionalDevice) {
  for (const char* memory : {"ideal", "dram"}) {
    SystemcDevice device(machine_, systemc_options(memory));
    FunctionalDevice reference(machine_, kMemory);
    Driver driver(device, machine_);
    Driver reference_driver(reference, machine_);
    std::mt19937_64 rng(7);
    for (int i = 0; i < (machine_.rows == 16 ? 100 : 12); ++i) {
      const GemmCase c = random_gemm(machine_, rng);
      const GemmResult got = run_gemm(driver, c);
      const GemmResult expected = run_gemm(reference_driver, c);
      ASSERT_TRUE(got.outputs == expected.outputs) << describe(c.gemm) << " on " << memory;
      for (const int counter :
           {TERCET_COUNTER_ARRAY_ACTIVE, TERCET_COUNTER_TILES, TERCET_COUNTER_WEIGHT_BEATS,
            TERCET_COUNTER_ACT_BEATS, TERCET_COUNTER_OUTPUT_BEATS}) {
        ASSERT_EQ(got.counters[counter], expected.counters[counter]) << describe(c.gemm);
      }
    }
  }
}

TEST_P(SystemcDeviceOn, CountersFitTogether) {
  SystemcDevice device(machine_, systemc_options("dram"));
  Driver driver(device, machine_);
  std::mt19937_64 rng(8);
  for (int i = 0; i < 20; ++i) {
    const GemmCase c = random_gemm(machine_, rng);
    const Gemm& g = c.gemm;
    const Counters n = run_gemm(driver, c).counters;
    const int64_t tiles = n_tiles(machine_, g.n) * k_tiles(machine_, g.k);
    const int64_t passes = divide_up(g.m, g.m_tile);
    EXPECT_EQ(n[TERCET_COUNTER_ARRAY_ACTIVE], g.m * tiles);
    EXPECT_EQ(n[TERCET_COUNTER_TILES], passes * tiles);
    EXPECT_EQ(n[TERCET_COUNTER_WEIGHT_BEATS], passes * weight_beats(machine_, g.packing, g.n, g.k));
    EXPECT_EQ(n[TERCET_COUNTER_ACT_BEATS], activation_beats(machine_, g.m, g.k));
    EXPECT_EQ(n[TERCET_COUNTER_OUTPUT_BEATS],
              output_bytes(machine_, g.m, g.n) / machine_.axi_bytes);
    EXPECT_EQ(n[TERCET_COUNTER_LAST_CYCLES], n[TERCET_COUNTER_CYCLES_BUSY] + 1);
    EXPECT_LT(n[TERCET_COUNTER_ARRAY_ACTIVE] + n[TERCET_COUNTER_STALL_WEIGHTS] +
                  n[TERCET_COUNTER_STALL_ACTS] + n[TERCET_COUNTER_STALL_OUTPUT],
              n[TERCET_COUNTER_CYCLES_BUSY]);
  }
}

INSTANTIATE_TEST_SUITE_P(Machines, SystemcDeviceOn, testing::Values("tiny", "edge", "server"),
                         [](const auto& info) { return std::string(info.param); });

TEST(SystemcDevice, RepeatsItselfWithOtherDevicesBesideIt) {
  const tercet_config& machine = find_machine("tiny");
  std::vector<GemmResult> first;
  for (int round = 0; round < 2; ++round) {
    SystemcDevice device(machine, systemc_options("dram"));
    SystemcDevice other(machine, systemc_options());
    Driver driver(device, machine);
    Driver other_driver(other, machine);
    std::mt19937_64 rng(9);
    for (size_t i = 0; i < 20; ++i) {
      const GemmCase c = random_gemm(machine, rng);
      const GemmResult result = run_gemm(driver, c);
      if (round == 0) {
        first.push_back(result);
      } else {
        run_gemm(other_driver, c);
        EXPECT_TRUE(result == first[i]) << describe(c.gemm);
      }
    }
  }
}

TEST(SystemcDevice, TimePassesAsTheTransportSays) {
  SystemcDevice device(find_machine("tiny"), systemc_options());
  EXPECT_EQ(device.cycle(), 0u);
  uint32_t value = 0;
  EXPECT_EQ(device.csr_read(TERCET_CSR_ID, &value), BusResponse::kOkay);
  EXPECT_EQ(value, uint32_t{TERCET_HW_ID});
  EXPECT_EQ(device.cycle(), 2u);
  EXPECT_FALSE(device.wait_irq(100));
  EXPECT_EQ(device.cycle(), 102u);
  EXPECT_FALSE(device.wait_irq(0));
  const uint8_t byte = 1;
  device.mem_write(0, &byte, 1);
  EXPECT_EQ(device.cycle(), 102u);
  EXPECT_THROW(device.mem_write(device.mem_size(), &byte, 1), Error);
}

TEST(SystemcDevice, RefusesAMemoryItDoesNotKnow) {
  EXPECT_THROW(SystemcDevice(find_machine("tiny"), systemc_options("ddr17")), Error);
}

class Slices : public TraceSink {
 public:
  void slice(const TraceSlice& slice) override { slices.push_back(slice); }
  void active(TraceTrack, uint64_t, uint64_t) override {}  // trace_slices_test.cpp looks at these
  std::vector<TraceSlice> on(TraceTrack track) const {
    std::vector<TraceSlice> chosen;
    std::copy_if(slices.begin(), slices.end(), std::back_inserter(chosen),
                 [track](const TraceSlice& s) { return s.track == track; });
    return chosen;
  }
  std::vector<TraceSlice> slices;
};

TEST(SystemcDevice, TracesEveryEngineWithoutChangingTime) {
  const tercet_config& machine = find_machine("tiny");
  std::mt19937_64 rng(10);
  GemmCase c = random_gemm(machine, rng);
  Slices slices;
  SystemcOptions options = systemc_options("dram");
  SystemcDevice plain(machine, options);
  options.trace = &slices;
  SystemcDevice traced(machine, options);
  Driver plain_driver(plain, machine);
  Driver traced_driver(traced, machine);
  EXPECT_TRUE(run_gemm(plain_driver, c) == run_gemm(traced_driver, c));
  for (const TraceTrack track : {TraceTrack::kHost, TraceTrack::kDmaRead, TraceTrack::kDmaWrite,
                                 TraceTrack::kArray, TraceTrack::kOutput}) {
    const std::vector<TraceSlice> own = slices.on(track);
    ASSERT_FALSE(own.empty()) << trace_track_name(track);
    for (size_t i = 0; i < own.size(); ++i) {
      EXPECT_LT(own[i].begin, own[i].end) << trace_track_name(track);
      if (i > 0 && track != TraceTrack::kHost) {
        EXPECT_GE(own[i].begin, own[i - 1].end) << trace_track_name(track);
      }
    }
  }
  const auto jobs =
      static_cast<size_t>(n_tiles(machine, c.gemm.n) * divide_up(c.gemm.m, c.gemm.m_tile));
  EXPECT_EQ(slices.on(TraceTrack::kArray).size(), jobs);
  EXPECT_EQ(slices.on(TraceTrack::kOutput).size(), jobs);
}

}  // namespace
}  // namespace tercet

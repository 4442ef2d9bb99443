// SPDX-License-Identifier: Apache-2.0
// What validate compares with: planted faults are seen, waits can be broken off, grids are as said.
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "firmware/embedded.h"
#include "host_driver/sliced_transport.h"
#include "sim/systemc/systemc_device.h"
#include "sim/verilated/verilated_options.h"
#include "study/validate/summary.h"

namespace tercet {
namespace {

GridPoint make_point(int64_t m, int64_t n, int64_t k, const char* memory = "ideal") {
  const std::string text = fmt::format(
      R"([{{"config": ["tiny"], "memory": ["{}"], "packing": ["trit5"],
           "m": [{}], "n": [{}], "k": [{}]}}])",
      memory, m, n, k);
  return parse_grid(text, "test.json").at(0);
}

TEST(ValidateTest, OneCycleMoreInOneUnitIsSeenAndOverABoundOfZero) {
  const GridPoint point = make_point(9, 40, 50);
  const auto validate = [&](uint64_t TimingTable::*latency, uint64_t more) {
    PointOptions options;
    options.systemc_timing.*latency += more;
    return std::vector<PointResult>{run_point(point, options)};
  };
  const Bounds exact{0.0, std::nullopt};
  const std::vector<PointResult> right = validate(&TimingTable::job, 0);
  EXPECT_EQ(error_pct(right[0], Pair::kSystemcVsRtl), 0.0);
  EXPECT_TRUE(right[0].counters_equal() && right[0].driver_cycles_equal());
  EXPECT_EQ(verdict(summarise(right), exact), "");
  for (uint64_t TimingTable::*latency : {&TimingTable::stream_active, &TimingTable::job}) {
    const std::vector<PointResult> wrong = validate(latency, 1);
    EXPECT_GT(std::abs(error_pct(wrong[0], Pair::kSystemcVsRtl).value()), 0.0);
    EXPECT_FALSE(wrong[0].counters_equal());
    EXPECT_TRUE(wrong[0].bytes_equal());
    EXPECT_NE(verdict(summarise(wrong), exact).find("SystemC vs RTL: the worst error"),
              std::string::npos);
    EXPECT_EQ(verdict(summarise(wrong), {100.0, std::nullopt}), "");
    ASSERT_EQ(worst_points(wrong, Pair::kSystemcVsRtl, 10).size(), 1u);
  }
  // What hides behind another wait shows in the counters of stalls.
  for (uint64_t TimingTable::*latency : {&TimingTable::weight_fifo, &TimingTable::tile_valid}) {
    const std::vector<PointResult> wrong = validate(latency, 1);
    EXPECT_EQ(error_pct(wrong[0], Pair::kSystemcVsRtl), 0.0);
    EXPECT_FALSE(wrong[0].counters_equal());
  }
  // What lies outside LAST_CYCLES shows in the cycles that the driver sees.
  for (uint64_t TimingTable::*latency : {&TimingTable::dispatch, &TimingTable::done}) {
    const std::vector<PointResult> wrong = validate(latency, 1);
    EXPECT_EQ(error_pct(wrong[0], Pair::kSystemcVsRtl), 0.0);
    EXPECT_FALSE(wrong[0].driver_cycles_equal());
  }
}

TEST(ValidateTest, WithFirmwareAFewCyclesMoreInTheControlAreSeen) {
  const GridPoint point = make_point(9, 40, 50);
  const auto validate = [&](uint64_t TimingTable::*latency, uint64_t more) {
    PointOptions options;
    options.firmware = parse_firmware("built-in", embedded_firmware());
    options.systemc_timing.*latency += more;
    return run_point(point, options);
  };
  const PointResult right = validate(&TimingTable::mover_ask, 0);
  EXPECT_EQ(error_pct(right, Pair::kSystemcVsRtl), 0.0);
  EXPECT_TRUE(right.counters_equal() && right.driver_cycles_equal() && right.bytes_equal());
  EXPECT_GT(right.systemc.boot_cycles, 0U);
  EXPECT_GT(right.systemc.counters[TERCET_COUNTER_QUEUE_IDLE], 0U);
  for (uint64_t TimingTable::*latency :
       {&TimingTable::buffer_read, &TimingTable::mover_request, &TimingTable::mover_ask,
        &TimingTable::mover_beat, &TimingTable::mover_done, &TimingTable::release}) {
    const PointResult wrong = validate(latency, 4);  // the host looks every few cycles
    EXPECT_FALSE(wrong.driver_cycles_equal() && wrong.counters_equal());
    EXPECT_TRUE(wrong.bytes_equal());
  }
}

TEST(ValidateTest, BytesThatDifferFailWhateverTheBounds) {
  std::vector<PointResult> results = {run_point(make_point(3, 20, 30), {}),
                                      run_point(make_point(1, 5, 6), {})};
  EXPECT_EQ(verdict(summarise(results), {}), "");
  results[1].rtl->difference = "byte 7 of the outputs: expected 0x01, got 0x02";
  EXPECT_EQ(verdict(summarise(results), {}), "the bytes of 1 of 2 points differ");
  EXPECT_NE(validation_text({}, results).find("RTL: byte 7"), std::string::npos);
  const nlohmann::ordered_json json = validation_json({}, results);
  EXPECT_EQ(json["summary"]["bytes_equal"], 1);
  EXPECT_EQ(json["summary"]["systemc_vs_rtl"]["bytes_equal"], 1);
  EXPECT_EQ(json["summary"]["all_bytes_equal"], false);
  EXPECT_EQ(json["rows"][1]["bytes_equal"], false);
  EXPECT_EQ(json["rows"][0]["bytes_equal"], true);
}

TEST(ValidateTest, MeansAndWorstCasesAreThoseOfTheRows) {
  std::vector<PointResult> results = {run_point(make_point(1, 16, 16), {}),
                                      run_point(make_point(2, 16, 16), {})};
  for (PointResult& result : results) {
    result.rtl->counters[TERCET_COUNTER_LAST_CYCLES] = 200;
    result.systemc.counters[TERCET_COUNTER_LAST_CYCLES] = 200;
  }
  results[0].systemc.counters[TERCET_COUNTER_LAST_CYCLES] = 199;  // -0.5 %
  results[1].systemc.counters[TERCET_COUNTER_LAST_CYCLES] = 203;  // +1.5 %
  results[1].point.tuning = false;
  const Summary summary = summarise(results);
  EXPECT_DOUBLE_EQ(summary.all.pair(Pair::kSystemcVsRtl).mean_abs_error_pct, 1.0);
  EXPECT_DOUBLE_EQ(summary.all.pair(Pair::kSystemcVsRtl).worst_abs_error_pct, 1.5);
  EXPECT_DOUBLE_EQ(summary.tuning.pair(Pair::kSystemcVsRtl).worst_abs_error_pct, 0.5);
  EXPECT_DOUBLE_EQ(summary.reporting.pair(Pair::kSystemcVsRtl).mean_abs_error_pct, 1.5);
  EXPECT_EQ(worst_points(results, Pair::kSystemcVsRtl, 1).at(0), &results[1]);
}

TEST(ValidateTest, GuardBytesAndColumnsPastNAreCompared) {
  // The reference's bytes by hand: 1 token, 1 of 16 columns used.
  const GridPoint point = make_point(1, 1, 1);
  const PointResult result = run_point(point, {});
  EXPECT_TRUE(result.bytes_equal()) << result.systemc.difference;
  // A wrong expectation of the layout (as if all tokens were one tile) is a difference.
  GridPoint other = make_point(9, 33, 20);
  EXPECT_EQ(other.m_tile, 5);
  EXPECT_TRUE(run_point(other, {}).bytes_equal());
}

TEST(ValidateTest, GridsMultiplyOutInOrderAndSplitEveryListInHalves) {
  const std::vector<GridPoint> points = parse_grid(
      R"([{"config": ["edge", "tiny"], "memory": ["ideal", "dram"], "packing": ["two_bit", "trit5"],
          "m": [1, 2], "n": [3, 4], "k": [5, 6], "m_tile": ["auto", 1]}])",
      "test.json");
  ASSERT_EQ(points.size(), 128u);
  EXPECT_EQ(describe(points[0]), "edge, ideal: M=1 N=3 K=5 m_tile=1 packing=two_bit");
  EXPECT_EQ(describe(points[127]), "tiny, dram: M=2 N=4 K=6 m_tile=1 packing=trit5");
  const auto tuning = [&](const auto& which) {
    return std::count_if(points.begin(), points.end(),
                         [&](const GridPoint& p) { return p.tuning && which(p); });
  };
  EXPECT_EQ(tuning([](const GridPoint& p) { return p.m == 1; }), 32);
  EXPECT_EQ(tuning([](const GridPoint& p) { return p.k == 6; }), 32);
  EXPECT_EQ(tuning([](const GridPoint& p) { return p.packing == Packing::kTrit5; }), 32);
  EXPECT_EQ(tuning([](const GridPoint& p) { return p.memory == "dram"; }), 32);
}

struct Stop {};

class SlicedTransportTest : public testing::TestWithParam<const char*> {
 protected:
  std::unique_ptr<TimedDevice> make() const {
    constexpr uint64_t kBytes = uint64_t{1} << 26;
    if (GetParam() == std::string("rtl")) {
      VerilatedOptions options;
      options.memory_bytes = kBytes;
      return make_verilated_device(machine_, options);
    }
    SystemcOptions options;
    options.memory_bytes = kBytes;
    return make_systemc_device(machine_, options);
  }

  /// More than four slices of simulated time.
  static Gemm long_command() {
    Gemm gemm;
    gemm.m = 8;
    gemm.n = 4096;
    gemm.k = 2048;
    gemm.m_tile = 8;
    gemm.weights = 4096;
    gemm.activations = uint64_t{1} << 24;
    gemm.outputs = uint64_t{1} << 25;
    return gemm;
  }

  const tercet_config& machine_ = find_machine("tiny");
};

TEST_P(SlicedTransportTest, TheMachineCannotTellThatAWaitIsSliced) {
  std::unique_ptr<TimedDevice> whole = make();
  std::unique_ptr<TimedDevice> sliced = make();
  int calls = 0;
  SlicedTransport transport(*sliced, [&calls] { ++calls; });
  Driver a(*whole, machine_);
  Driver b(transport, machine_);
  a.wait(a.start(long_command()));
  b.wait(b.start(long_command()));
  EXPECT_GT(calls, 4);
  EXPECT_EQ(whole->cycle(), sliced->cycle());
  EXPECT_EQ(a.read_counters(), b.read_counters());
}

TEST_P(SlicedTransportTest, AnExceptionBreaksOffACommandAndTheMachineCanBeAskedAndReset) {
  std::unique_ptr<TimedDevice> device = make();
  int left = 1 << 20;
  SlicedTransport transport(*device, [&left] {
    if (left-- == 0) throw Stop();
  });
  Driver driver(transport, machine_);
  const uint64_t ticket = driver.start(long_command());
  const uint64_t start = device->cycle();
  left = 3;
  EXPECT_THROW(driver.wait(ticket), Stop);
  EXPECT_EQ(device->cycle(), start + 4 + 3 * SlicedTransport::kSlice);  // two looks at IRQ
  const Counters counters = driver.read_counters();
  EXPECT_GT(counters[TERCET_COUNTER_TILES], 0u);
  EXPECT_EQ(counters[TERCET_COUNTER_LAST_CYCLES], 0u);
  left = 1 << 20;
  driver.reset();
  driver.wait(driver.start(long_command()));
}

INSTANTIATE_TEST_SUITE_P(Backends, SlicedTransportTest, testing::Values("rtl", "systemc"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace tercet

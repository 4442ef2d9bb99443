// SPDX-License-Identifier: Apache-2.0
// The analytic model against the SystemC model and hand calculation; sweeps and their fronts.
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string>

#include "base/error.h"
#include "model/synth.h"
#include "sim/dram/dram_presets.h"
#include "sim/dram/generated_memory.h"
#include "sim/dram/machine_memory.h"
#include "study/analytic/analytic_model.h"
#include "study/analytic/workload.h"
#include "study/sweep/sweep.h"
#include "tests/unit/sim/systemc_test_util.h"

namespace tercet {
namespace {

AnalyticModel make_model(const tercet_config& machine, const std::string& memory) {
  return AnalyticModel(machine, machine_dram(memory, machine));
}

/// Absolute errors in percent.
struct Errors {
  void add(double cycles, double expected) {
    const double error = 100.0 * std::abs(cycles / expected - 1);
    sum += error;
    worst = std::max(worst, error);
    ++points;
  }
  double mean() const { return sum / points; }
  double sum = 0.0;
  double worst = 0.0;
  int points = 0;
};

void expect_counters(const AnalyticGemm& g, const Counters& n, const std::string& what) {
  EXPECT_EQ(g.tiles, n[TERCET_COUNTER_TILES]) << what;
  EXPECT_EQ(g.array_active, n[TERCET_COUNTER_ARRAY_ACTIVE]) << what;
  EXPECT_EQ(g.weight_beats, n[TERCET_COUNTER_WEIGHT_BEATS]) << what;
  EXPECT_EQ(g.activation_beats, n[TERCET_COUNTER_ACT_BEATS]) << what;
  EXPECT_EQ(g.output_beats, n[TERCET_COUNTER_OUTPUT_BEATS]) << what;
}

struct Setting {
  const char* machine;
  const char* memory;
  double mean;   // bounds of the errors in percent
  double worst;  // of commands of 1,000 cycles or more
};

class AnalyticAndSystemc : public testing::TestWithParam<Setting> {};

TEST_P(AnalyticAndSystemc, AgreeOnRandomProducts) {
  const Setting& setting = GetParam();
  const tercet_config& machine = find_machine(setting.machine);
  SystemcOptions options;
  options.memory_bytes = uint64_t{1} << 26;
  options.timing = setting.memory;
  const AnalyticModel model = make_model(machine, setting.memory);
  std::mt19937_64 rng(77);
  Errors all;
  Errors longer;
  for (int i = 0; i < (machine.rows == 16 ? 150 : 40); ++i) {
    const GemmCase c = random_gemm(machine, rng);
    SystemcDevice device(machine, options);
    Driver driver(device, machine);
    const Counters n = run_gemm(driver, c).counters;
    const AnalyticGemm g = model.gemm(c.gemm);
    expect_counters(g, n, describe(c.gemm));
    const auto cycles = static_cast<double>(n[TERCET_COUNTER_LAST_CYCLES]);
    all.add(g.cycles, cycles);
    if (cycles >= 1000) longer.add(g.cycles, cycles);
  }
  std::printf("%s, %s: mean %.2f %%, worst %.2f %%, worst from 1,000 cycles on %.2f %%\n",
              setting.machine, setting.memory, all.mean(), all.worst, longer.worst);
  EXPECT_LT(all.mean(), setting.mean);
  EXPECT_LT(longer.worst, setting.worst);
}

INSTANTIATE_TEST_SUITE_P(
    Machines, AnalyticAndSystemc,
    testing::Values(Setting{"tiny", "ideal", 0.5, 4.0}, Setting{"tiny", "lpddr5x-8533", 2.5, 6.0},
                    Setting{"edge", "ideal", 0.5, 4.0}, Setting{"edge", "lpddr5x-8533", 1.8, 12.0}),
    [](const auto& info) {
      std::string name = std::string(info.param.machine) + "_" + info.param.memory;
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

// Four ports, a stack faster than three of them, weights far longer than a refresh period.
TEST(AnalyticModel, AgreesWithSystemcOnTheServerMachine) {
  constexpr uint64_t kStored = uint64_t{1} << 26;
  const tercet_config& machine = find_machine("server");
  const AnalyticModel model = make_model(machine, "dram");
  Errors errors;
  for (const Packing packing : {Packing::kTwoBit, Packing::kTrit5}) {
    for (const int64_t n : {1024, 4096}) {
      for (const int64_t k : {1000, 8192}) {
        for (const int64_t m : {1, 64}) {
          Gemm gemm{m, n, k, m, packing, 4096, kStored, kStored / 2};
          SystemcOptions options;
          options.memory_bytes = kStored;
          options.timing = "dram";
          options.generated = {{kStored, GeneratedWeights(machine, packing, {n, k, 1, 27})}};
          SystemcDevice device(machine, options);
          Driver driver(device, machine);
          driver.wait(driver.start(gemm));
          const Counters counters = driver.read_counters();
          const AnalyticGemm g = model.gemm(gemm);
          expect_counters(g, counters, describe(gemm));
          errors.add(g.cycles, static_cast<double>(counters[TERCET_COUNTER_LAST_CYCLES]));
        }
      }
    }
  }
  std::printf("server, hbm2e: mean %.2f %%, worst %.2f %%\n", errors.mean(), errors.worst);
  EXPECT_LT(errors.mean(), 2.0);
  EXPECT_LT(errors.worst, 5.0);
}

// The whole steps were simulated: `tercet bench shape --model-shape 70b`, docs/systemc.md.
TEST(AnalyticModel, EstimatesStepsOf70BWithinTwoPercentOfTheSimulatedOnes) {
  const AnalyticModel model = make_model(find_machine("server"), "dram");
  const ModelConfig& config = find_shape("70b").config;
  const struct {
    Packing packing;
    int64_t tokens;
    double simulated;
  } steps[] = {{Packing::kTwoBit, 1, 41558199},
               {Packing::kTrit5, 1, 33529012},
               {Packing::kTwoBit, 512, 1069743413}};
  for (const auto& step : steps) {
    const StepEstimate estimate = estimate_step(model, config, step.packing, step.tokens);
    EXPECT_NEAR(estimate.cycles / step.simulated, 1.0, 0.02)
        << packing_name(step.packing) << ", " << step.tokens << " tokens: " << estimate.cycles;
  }
}

// By hand, as in systemc_ports_test: the bus is never idle from the first address on.
TEST(AnalyticModel, IsExactWhereTheBusIsTheLimit) {
  for (const uint32_t ports : {1u, 2u, 4u}) {
    tercet_config machine = find_machine("server");
    machine.axi_ports = ports;
    const AnalyticModel model = make_model(machine, "ideal");
    const uint64_t beats = 8 * 16 * 256 / 4 + 16;
    const uint64_t last_data = 7 + beats / ports - 1;
    const uint64_t last_write = last_data + 4 + 6 + 8 / ports - 1;
    const AnalyticGemm g =
        model.gemm({1, 8 * 256, 16 * 128, 1, Packing::kTwoBit, 4096, 1 << 20, 1 << 25});
    EXPECT_NEAR(g.cycles, static_cast<double>(last_write + 5), 1.0) << ports << " ports";
    EXPECT_STREQ(g.bound_by, "read bus");
  }
}

TEST(AnalyticModel, RefreshesAndAMissingTurnAreSeen) {
  const tercet_config& machine = find_machine("edge");
  DramConfig dram = machine_dram("dram", machine);
  const Gemm gemm{1, 2560, 2560, 1, Packing::kTwoBit, 4096, 1 << 20, 1 << 25};
  const double with = AnalyticModel(machine, dram).gemm(gemm).cycles;
  dram.timing.refi *= 1000;
  const double without = AnalyticModel(machine, dram).gemm(gemm).cycles;
  EXPECT_LT(without, with);
  // Refreshes take tRFC and more of each tREFI.
  const DramConfig real = machine_dram("dram", machine);
  const double share = static_cast<double>(real.timing.rfc) / real.timing.refi;
  EXPECT_NEAR(with / without, 1 / (1 - share), 0.02);
}

SweepGrid small_grid() {
  SweepGrid grid;
  grid.rows = {16, 32, 64};
  grid.cols = {16, 64};
  grid.axi_ports = {1, 2};
  grid.models = {"700m", "70b"};
  return grid;
}

TEST(SweepTest, TakesEveryCombinationOnceAndNamesWhatCannotBeBuilt) {
  const SweepGrid grid = small_grid();
  const SweepResult result = sweep(grid);
  uint64_t skipped = 0;
  for (const auto& [fault, count] : result.skipped) {
    EXPECT_EQ(fault.front(), '[') << fault;
    skipped += count;
  }
  EXPECT_EQ(result.machines.size() + skipped, 3u * 2 * 3 * 2 * 2 * 2 * 2);
  EXPECT_EQ(result.points.size(), result.machines.size() * 2);
  for (const SweepPoint& point : result.points) {
    const tercet_config& machine = result.machines[point.machine].machine;
    EXPECT_EQ(machine_fault(machine), "");
    EXPECT_GT(point.step.cycles, 0.0);
    EXPECT_LE(point.step.array_utilisation, 1.0);
    EXPECT_LE(point.step.bytes_per_s,
              dram_peak_bytes_per_s(dram_config(machine.dram)) * (1 + 1e-9));
  }
}

TEST(SweepTest, TheFrontIsWhatNoOtherPointBeats) {
  const SweepGrid grid = small_grid();
  const SweepResult result = sweep(grid);
  const std::vector<const SweepPoint*> front = pareto_front(result, 1, 1);
  ASSERT_FALSE(front.empty());
  const auto no_worse = [&](const SweepPoint& a, const SweepPoint& b) {
    const SweepMachine& m = result.machines[a.machine];
    const SweepMachine& n = result.machines[b.machine];
    return std::string(m.machine.dram) == n.machine.dram && a.step.seconds <= b.step.seconds &&
           m.lanes <= n.lanes && m.sram_bytes <= n.sram_bytes;
  };
  for (const SweepPoint& point : result.points) {
    if (point.model != 1) continue;
    const bool listed = std::find(front.begin(), front.end(), &point) != front.end();
    const bool covered = std::any_of(front.begin(), front.end(), [&](const SweepPoint* other) {
      return other != &point && no_worse(*other, point);
    });
    EXPECT_NE(listed, covered);
  }
}

TEST(SweepTest, GridsReadBackAsTheyWereWrittenAndFaultsNameTheKey) {
  const std::string text = to_json(small_grid()).dump();
  EXPECT_EQ(to_json(parse_sweep_grid(text, "g.json")).dump(), text);
  const auto refuses = [&](const char* key, const nlohmann::ordered_json& value,
                           const std::string& words) {
    nlohmann::ordered_json json = to_json(small_grid());
    if (value.is_null()) {
      json.erase(key);
    } else {
      json[key] = value;
    }
    try {
      parse_sweep_grid(json.dump(), "g.json");
      ADD_FAILURE() << key << " " << value.dump();
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("g.json"), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    }
  };
  refuses("rows", nullptr, "'rows' is missing");
  refuses("row", {1}, "unknown key 'row'");
  refuses("rows", nlohmann::ordered_json::array(), "no value");
  refuses("rows", {1.5}, "not an integer");
  refuses("rows", {-1}, "not within");
  refuses("cols", {{"from", 1}, {"to", 8}, {"times", 1}}, "goes nowhere");
  refuses("dram", {"ddr9"}, "ddr9");
  refuses("models", {"1t"}, "1t");
  refuses("packing", {"one_bit"}, "one_bit");
}

using NumberList = std::vector<int64_t>;

/// What check() has against a grid.
std::string refusal(const SweepGrid& grid) {
  try {
    check(grid);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Sweep, TakesAsManyPointsAsTheLimitSays) {
  SweepGrid grid;
  grid.models = {"700m"};
  for (NumberList SweepGrid::*axis : {&SweepGrid::cols, &SweepGrid::tokens, &SweepGrid::axi_ports,
                                      &SweepGrid::act_sram_bytes, &SweepGrid::clock_mhz}) {
    grid.*axis = {1};
  }
  grid.dram = {"hbm2e"};
  grid.packing = {"trit5"};
  const auto count = [](int64_t values) {
    NumberList list(static_cast<size_t>(values));
    std::iota(list.begin(), list.end(), 1);
    return list;
  };
  grid.rows = count(1000);
  grid.tokens_per_step = count(100);
  EXPECT_EQ(refusal(grid), "");
  grid.rows = count(9091);
  grid.tokens_per_step = count(11);
  EXPECT_NE(refusal(grid).find("100001 points are more than the limit of 100000"),
            std::string::npos);
  // All of it would not fit an integer of 128 bits.
  for (NumberList SweepGrid::*axis :
       {&SweepGrid::rows, &SweepGrid::cols, &SweepGrid::tokens, &SweepGrid::axi_bytes,
        &SweepGrid::axi_ports, &SweepGrid::act_sram_bytes, &SweepGrid::clock_mhz}) {
    grid.*axis = count(1 << 20);
  }
  EXPECT_NE(refusal(grid).find("+43 points are more than the limit"), std::string::npos);
  grid = {};
  grid.rows = {16, 32, 16};
  EXPECT_NE(refusal(grid).find("rows: 16 is in the list twice"), std::string::npos);
}

}  // namespace
}  // namespace tercet

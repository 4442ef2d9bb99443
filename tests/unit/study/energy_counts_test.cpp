// SPDX-License-Identifier: Apache-2.0
// Energy counts of RTL and SystemC: the same, and those of a plain loop over the operands.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "host_driver/accelerator.h"
#include "sim/dram/machine_memory.h"
#include "sim/verilated/verilated_options.h"
#include "study/analytic/energy_estimate.h"
#include "study/energy/ledger_check.h"
#include "tests/unit/sim/systemc_test_util.h"

namespace tercet {
namespace {

/// Machine and memory.
using Setting = std::pair<const char*, const char*>;

struct Counted {
  MachineActivity activity;
  GemmResult result;
};

Counted run_counted(TimedDevice& device, Driver& driver, const GemmCase& c) {
  const EngineCounts engine = device.engine_counts();
  const DramActivity dram = dram_activity(device.dram_stats());
  const uint64_t cycle = device.cycle();
  Counted counted;
  counted.result = run_gemm(driver, c);
  counted.activity.engine = device.engine_counts() - engine;
  counted.activity.dram = dram_activity(device.dram_stats()) - dram;
  counted.activity.cycles = static_cast<double>(device.cycle() - cycle);
  return counted;
}

class EnergyCounts : public testing::TestWithParam<Setting> {};

TEST_P(EnergyCounts, OfRtlAndSystemcAreEqual) {
  const tercet_config& machine = find_machine(GetParam().first);
  const SystemcOptions options = systemc_options(GetParam().second);
  VerilatedOptions verilated;
  verilated.memory_bytes = options.memory_bytes;
  verilated.timing = options.timing;
  const std::unique_ptr<TimedDevice> systemc = make_systemc_device(machine, options);
  const std::unique_ptr<TimedDevice> rtl = make_verilated_device(machine, verilated);
  Driver systemc_driver(*systemc, machine);
  Driver rtl_driver(*rtl, machine);
  std::mt19937_64 rng(5);
  for (int i = 0; i < (machine.rows == 16 ? 120 : 30); ++i) {
    const GemmCase c = random_gemm(machine, rng);
    const Counted got = run_counted(*systemc, systemc_driver, c);
    const Counted expected = run_counted(*rtl, rtl_driver, c);
    ASSERT_TRUE(got.result.outputs == expected.result.outputs) << describe(c.gemm);
    ASSERT_NO_THROW(check_equal_counts(expected.activity, got.activity, describe(c.gemm)));
    const EnergyMachine metered = {machine, machine_dram(GetParam().second, machine)};
    for (const Counted* counted : {&got, &expected}) {
      ASSERT_NO_THROW(check_exact_counts(counted->activity, metered, 1, describe(c.gemm)));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Machines, EnergyCounts,
                         testing::Values(Setting{"tiny", "ideal"}, Setting{"tiny", "dram"},
                                         Setting{"edge", "ideal"}, Setting{"edge", "dram"}),
                         [](const auto& info) {
                           return std::string(info.param.first) + "_" + info.param.second;
                         });

/// Lanes, toggles and rows of sums by the loops of docs/machine.md.
TEST(EnergyCountsOfSystemc, AreThoseOfPlainLoops) {
  const tercet_config& machine = find_machine("tiny");
  const auto device = make_systemc_device(machine, systemc_options("dram"));
  Driver driver(*device, machine);
  std::mt19937_64 rng(9);
  std::vector<int8_t> last(machine.rows, 0);  // the array's input before
  for (int i = 0; i < 40; ++i) {
    GemmCase c = random_gemm(machine, rng);
    const Gemm& g = c.gemm;
    std::vector<int8_t> trits(static_cast<size_t>(g.n * g.k));
    for (int8_t& trit : trits) trit = static_cast<int8_t>(static_cast<int>(rng() % 3) - 1);
    c.weights =
        pack_weights(machine, g.packing, WeightMatrix::from_trits("w", g.n, g.k, trits.data()));
    std::vector<int8_t> q(static_cast<size_t>(g.m * g.k));
    for (int8_t& x : q) x = static_cast<int8_t>(rng());
    pack_activations(machine, q.data(), g.m, g.k, 0, g.k, g.m_tile, c.activations.data());

    EngineCounts expected;
    for (const int8_t trit : trits) {
      if (trit > 0) expected.lanes_added += static_cast<uint64_t>(g.m);
      if (trit < 0) expected.lanes_subtracted += static_cast<uint64_t>(g.m);
    }
    for (int64_t m0 = 0; m0 < g.m; m0 += g.m_tile) {
      for (int64_t n = 0; n < n_tiles(machine, g.n); ++n) {
        for (int64_t k0 = 0; k0 < g.k; k0 += machine.rows) {
          for (int64_t token = m0; token < std::min(g.m, m0 + g.m_tile); ++token) {
            ++expected.tokens;
            ++expected.accumulator_writes;
            ++(k0 == 0 ? expected.accumulator_drains : expected.accumulator_reads);
            for (int64_t r = 0; r < machine.rows; ++r) {
              const int8_t now =
                  k0 + r < g.k ? q[static_cast<size_t>(token * g.k + k0 + r)] : int8_t{0};
              int8_t& before = last[static_cast<size_t>(r)];
              for (int changed = (now ^ before) & 0xff; changed != 0; changed &= changed - 1) {
                ++expected.input_toggles;
              }
              before = now;
            }
          }
        }
      }
    }
    const EngineCounts got = run_counted(*device, driver, c).activity.engine;
    EXPECT_EQ(got.tokens, expected.tokens) << describe(g);
    EXPECT_EQ(got.lanes_added, expected.lanes_added) << describe(g);
    EXPECT_EQ(got.lanes_subtracted, expected.lanes_subtracted) << describe(g);
    EXPECT_EQ(got.input_toggles, expected.input_toggles) << describe(g);
    EXPECT_EQ(got.accumulator_reads, expected.accumulator_reads) << describe(g);
    EXPECT_EQ(got.accumulator_writes, expected.accumulator_writes) << describe(g);
    EXPECT_EQ(got.accumulator_drains, expected.accumulator_drains) << describe(g);
  }
}

/// The formulas' counts, where they promise exact ones, and the DRAM's within a few percent.
TEST(EnergyCountsOfFormulas, AreThoseOfSystemc) {
  for (const char* name : {"edge", "server"}) {
    const tercet_config& machine = find_machine(name);
    const DramConfig dram = machine_dram("dram", machine);
    const AnalyticModel model(machine, dram);
    for (const Packing packing : {Packing::kTwoBit, Packing::kTrit5}) {
      for (const int64_t m : {int64_t{1}, int64_t{40}}) {
        GemmCase c;
        c.gemm = {m, 1200, 1500, Accelerator::choose_m_tile(machine, m, 1500), packing, 0, 0, 0};
        const std::vector<int8_t> trits(static_cast<size_t>(c.gemm.n * c.gemm.k), 1);
        c.weights = pack_weights(machine, packing,
                                 WeightMatrix::from_trits("w", c.gemm.n, c.gemm.k, trits.data()));
        c.activations.resize(static_cast<size_t>(activation_beats(machine, m, c.gemm.k)) *
                             machine.rows);
        c.gemm.activations = 1 << 20;
        c.gemm.weights = 2 << 20;
        c.gemm.outputs = 16 << 20;
        const auto device = make_systemc_device(machine, systemc_options("dram"));
        Driver driver(*device, machine);
        const MachineActivity real = run_counted(*device, driver, c).activity;
        DataStatistics data;
        data.zeros = 0.0;
        const MachineActivity formula =
            estimate_activity(model, dram, {c.gemm}, 1, real.cycles, data);
        EngineCounts engine = formula.engine;
        engine.lanes_added = real.engine.lanes_added;
        engine.lanes_subtracted = real.engine.lanes_subtracted;
        engine.input_toggles = real.engine.input_toggles;
        engine.read_bursts = real.engine.read_bursts;
        engine.write_bursts = real.engine.write_bursts;
        EXPECT_EQ(first_difference(engine, real.engine), "") << name << " " << describe(c.gemm);
        EXPECT_EQ(formula.engine.lanes_used(), real.engine.lanes_used());
        const auto near = [&](uint64_t a, uint64_t b, double share, const char* what) {
          EXPECT_NEAR(static_cast<double>(a), static_cast<double>(b),
                      share * static_cast<double>(b))
              << what << ", " << name << " " << describe(c.gemm);
        };
        near(formula.dram.reads, real.dram.reads, 0.001, "reads");
        near(formula.dram.channel_cycles, real.dram.channel_cycles, 0.01, "channel cycles");
        near(formula.dram.writes, real.dram.writes, 0.001, "writes");
        near(formula.dram.open_cycles, real.dram.open_cycles, 0.05, "open cycles");
        // Streams that begin inside a row, or close each other's, come on top: few in long ones.
        EXPECT_LE(formula.dram.activates, real.dram.activates);
        EXPECT_LE(real.dram.activates, formula.dram.activates + 140);
      }
    }
  }
}

}  // namespace
}  // namespace tercet

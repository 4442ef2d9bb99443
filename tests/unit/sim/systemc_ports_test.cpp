// SPDX-License-Identifier: Apache-2.0
// Machines with several AXI ports: cycles by hand, and the bandwidth of their memory.
#include <string>

#include "sim/dram/dram_presets.h"
#include "sim/dram/generated_memory.h"
#include "systemc_test_util.h"

namespace tercet {
namespace {

constexpr uint64_t kStored = uint64_t{1} << 26;

/// The counters of one product with generated weights; all operands aligned to a page.
Counters run(const tercet_config& machine, const std::string& memory, Gemm gemm,
             DramStats* stats = nullptr) {
  SystemcOptions options;
  options.memory_bytes = kStored;
  options.timing = memory;
  gemm.activations = 4096;
  gemm.weights = kStored;
  gemm.outputs = kStored / 2;
  options.generated = {{kStored, GeneratedWeights(machine, gemm.packing, {gemm.n, gemm.k, 1, 27})}};
  SystemcDevice device(machine, options);
  Driver driver(device, machine);
  driver.clear_counters();
  driver.wait(driver.start(gemm));
  if (stats != nullptr) *stats = device.dram_stats();
  return driver.read_counters();
}

class SystemcPorts : public testing::TestWithParam<uint32_t> {
 protected:
  SystemcPorts() { machine_.axi_ports = GetParam(); }
  tercet_config machine_ = find_machine("server");
  const uint64_t ports_ = GetParam();
};

// One token: the bus is never idle, from the first address to the last weights.
TEST_P(SystemcPorts, MoveABeatACycleEachWhenTheBusIsTheLimit) {
  const uint64_t beats = 8 * 16 * 256 / 4 + 16;  // weights of 8 x 16 tiles, activations
  const uint64_t first_data = 1 + 1 + 1 + 4;     // stream active, request, AR, ideal memory
  const uint64_t last_data = first_data + beats / ports_ - 1;
  const uint64_t fire = last_data + 2 + 1 + 1;        // FIFO, group, tile valid
  const uint64_t first_write = fire + 3 + 1 + 1 + 1;  // job, AW, burst, W
  const uint64_t last_write = first_write + 8 / ports_ - 1;
  const Counters n = run(machine_, "ideal", {1, 8 * 256, 16 * 128, 1, Packing::kTwoBit, 0, 0, 0});
  EXPECT_EQ(n[TERCET_COUNTER_LAST_CYCLES], last_write + 4 + 1);
  EXPECT_EQ(n[TERCET_COUNTER_WEIGHT_BEATS] + n[TERCET_COUNTER_ACT_BEATS], beats);
}

// 128 tokens: the array is never idle, from the first tile's last activation on.
TEST_P(SystemcPorts, LeaveTheArrayBusyWhenItIsTheLimit) {
  // Bursts of weights and activations take turns; the first tile's activations are 8 bursts of 16.
  const uint64_t first_fire = (1 + 1 + 1 + 4) + 16 * 16 / ports_ - 1 + 1;
  const uint64_t last_fire = first_fire + 20 * 128 - 1;  // 4 x 5 tiles
  const uint64_t first_write = last_fire + 3 + 1 + 1 + 1;
  const uint64_t last_write = first_write + 128 * 8 / ports_ - 1;
  const Counters n =
      run(machine_, "ideal", {128, 4 * 256, 5 * 128, 128, Packing::kTwoBit, 0, 0, 0});
  if (ports_ > 1) {  // one port drains a bank in 1,024 cycles, and 640 make the next one
    EXPECT_EQ(n[TERCET_COUNTER_LAST_CYCLES], last_write + 4 + 1);
    EXPECT_EQ(n[TERCET_COUNTER_STALL_OUTPUT], 0u);
  } else {
    EXPECT_GT(n[TERCET_COUNTER_STALL_OUTPUT], 2 * (1024u - 640u));
  }
  EXPECT_EQ(n[TERCET_COUNTER_ARRAY_ACTIVE], 20 * 128u);
}

INSTANTIATE_TEST_SUITE_P(Counts, SystemcPorts, testing::Values(1u, 2u, 4u),
                         [](const auto& info) { return std::to_string(info.param); });

TEST(SystemcPorts, ReachNinetyPercentOfTheHbmStack) {
  const tercet_config& machine = find_machine("server");
  for (const Packing packing : {Packing::kTwoBit, Packing::kTrit5}) {
    DramStats stats;
    const Counters n = run(machine, "dram", {1, 8192, 32768, 1, packing, 0, 0, 0}, &stats);
    const double peak =
        dram_peak_bytes_per_s(dram_config(machine.dram)) / (machine.clock_mhz * 1e6);
    const double rate =
        static_cast<double>(stats.bytes_read) / static_cast<double>(n[TERCET_COUNTER_LAST_CYCLES]);
    EXPECT_GT(rate, 0.90 * peak) << packing_name(packing);
    EXPECT_LT(rate, peak);
    std::printf("%s: %.1f bytes a cycle, %.1f %% of peak\n", packing_name(packing), rate,
                100.0 * rate / peak);
  }
}

}  // namespace
}  // namespace tercet

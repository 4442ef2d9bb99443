// SPDX-License-Identifier: Apache-2.0
// The SystemC device in step with the RTL: bytes, cycles, counters, and every register at any time.
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "random_start.h"
#include "sim/verilated/verilated_options.h"
#include "systemc_test_util.h"

namespace tercet {
namespace {

/// Machine and memory.
using Setting = std::pair<const char*, const char*>;

class SystemcAndRtl : public testing::TestWithParam<Setting> {
 protected:
  void make(std::vector<MemoryFault> faults = {}) {
    SystemcOptions options = systemc_options(GetParam().second);
    options.faults = faults;
    systemc_ = make_systemc_device(machine_, options);
    VerilatedOptions rtl;
    rtl.memory_bytes = options.memory_bytes;
    rtl.timing = options.timing;
    rtl.axi.faults = std::move(faults);
    rtl_ = make_verilated_device(machine_, rtl);
  }

  const tercet_config& machine_ = find_machine(GetParam().first);
  std::unique_ptr<Transport> systemc_;
  std::unique_ptr<Transport> rtl_;
};

TEST_P(SystemcAndRtl, TakeTheSameCyclesAndCountTheSame) {
  make();
  Driver systemc(*systemc_, machine_);
  Driver rtl(*rtl_, machine_);
  std::mt19937_64 rng(21);
  double sum = 0.0;
  double worst = 0.0;
  const int points = machine_.rows == 16 ? 200 : 60;
  for (int i = 0; i < points; ++i) {
    const GemmCase c = random_gemm(machine_, rng);
    const GemmResult got = run_gemm(systemc, c);
    const GemmResult expected = run_gemm(rtl, c);
    ASSERT_TRUE(got.outputs == expected.outputs) << describe(c.gemm);
    EXPECT_EQ(got.counters, expected.counters) << describe(c.gemm);
    EXPECT_EQ(got.cycles, expected.cycles) << describe(c.gemm);
    const auto cycles = static_cast<double>(expected.counters[TERCET_COUNTER_LAST_CYCLES]);
    const double error =
        100.0 *
        std::abs(static_cast<double>(got.counters[TERCET_COUNTER_LAST_CYCLES]) / cycles - 1);
    sum += error;
    worst = std::max(worst, error);
  }
  std::printf("%s, %s: %d products, cycle error mean %.4f %%, worst %.4f %%\n", GetParam().first,
              GetParam().second, points, sum / points, worst);
  EXPECT_EQ(systemc_->cycle(), rtl_->cycle());
}

/// Any transfer of the mover apart from the products, one in eight of them bad. What is read while
/// it is written depends on more than cycles.
void move_random(const tercet_config& machine, std::mt19937_64& rng, Lockstep& both) {
  const auto address = [&] {
    constexpr uint64_t kBase = uint64_t{2} << 20;
    const uint64_t page = rng() % 400 * 4096;
    return static_cast<uint32_t>(kBase + page + rng() % 256 * machine.axi_bytes +
                                 (rng() % 32 == 0 ? 4 : 0));
  };
  both.write(TERCET_CSR_MOVER_SRC_LO, address());
  both.write(TERCET_CSR_MOVER_DST_LO, address());
  const uint64_t most = rng() % 2 == 0 ? machine.max_burst_beats + 1 : 300;
  both.write(TERCET_CSR_MOVER_BEATS, static_cast<uint32_t>(rng() % most));
  both.write(TERCET_CSR_MOVER_GO, rng() % 16 == 0 ? rng() % 8 : 1u << rng() % 3);
}

void random_access(const tercet_config& machine, std::mt19937_64& rng, Lockstep& both) {
  const uint64_t what = rng() % 130;
  if (what >= 120) {
    move_random(machine, rng, both);
  } else if (what >= 116) {
    both.read(TERCET_CSR_MOVER_STATUS);
  } else if (what >= 108) {
    both.read(TERCET_CSR_CORE_CTRL + rng() % 25 * 4);
  } else if (what >= 100) {
    // Counts, interrupts, their enables; neither CORE_CTRL nor the mover.
    both.write(TERCET_CSR_CORE_CTRL + 4 + rng() % 12 * 4, rng() % 4);
  } else if (what < 30) {
    start_random(machine, rng, both);
  } else if (what < 45) {
    both.wait(rng() % 3000);
  } else if (what < 50) {
    both.wait(20000);
  } else if (what < 55) {
    both.write(TERCET_CSR_IRQ, rng() % 4);
  } else if (what < 59) {
    both.write(TERCET_CSR_CTRL, rng() % 8);
  } else if (what < 75) {
    both.read(TERCET_COUNTER_BASE + 8 * (rng() % TERCET_COUNTER_COUNT));
  } else {
    both.read(rng() % 0x40 * (what < 97 ? 4 : 1));
  }
}

TEST_P(SystemcAndRtl, ShowTheSameRegistersAtAnyTime) {
  std::vector<uint8_t> bytes(uint64_t{1} << 22);
  for (uint64_t seed = 0; seed < (machine_.rows == 16 ? 40 : 8); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 rng(seed);
    std::vector<MemoryFault> faults;
    for (uint64_t i = seed % 4; i > 1; --i) {
      faults.push_back({rng() % 2 == 0, rng() % 1000,
                        rng() % 2 == 0 ? BusResponse::kSlverr : BusResponse::kDecerr});
    }
    make(faults);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(rng());
    Lockstep both(std::move(rtl_), std::move(systemc_));
    both.mem_write(0, bytes.data(), bytes.size());
    both.write(TERCET_CSR_CTRL, 1);
    for (int i = 0; i < 100 && !HasFailure(); ++i) random_access(machine_, rng, both);
    both.mem_read(0, bytes.data(), bytes.size());
    ASSERT_FALSE(HasFailure());
  }
}

INSTANTIATE_TEST_SUITE_P(Machines, SystemcAndRtl,
                         testing::Values(Setting{"tiny", "ideal"}, Setting{"tiny", "dram"},
                                         Setting{"edge", "ideal"}, Setting{"edge", "dram"}),
                         [](const auto& info) {
                           return std::string(info.param.first) + "_" + info.param.second;
                         });

}  // namespace
}  // namespace tercet

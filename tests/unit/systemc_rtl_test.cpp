// SPDX-License-Identifier: Apache-2.0
// The SystemC device in step with the RTL: bytes, cycles, counters, and every register at any time.
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

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

/// The same accesses to both, which must answer alike.
class Lockstep {
 public:
  Lockstep(Transport& a, Transport& b) : a_(a), b_(b) {}

  void read(uint32_t offset) {
    uint32_t x = 0;
    uint32_t y = 0;
    const BusResponse response = a_.csr_read(offset, &x);
    ASSERT_EQ(response, b_.csr_read(offset, &y)) << "read " << offset << at();
    if (response != BusResponse::kOkay) return;
    ASSERT_EQ(x, y) << "read " << offset << at();
  }
  void write(uint32_t offset, uint32_t value) {
    ASSERT_EQ(a_.csr_write(offset, value), b_.csr_write(offset, value))
        << "write " << offset << at();
  }
  void wait(uint64_t cycles) {
    ASSERT_EQ(a_.wait_irq(cycles), b_.wait_irq(cycles)) << "interrupt" << at();
    ASSERT_EQ(a_.cycle(), b_.cycle());
  }

 private:
  std::string at() const { return " in cycle " + std::to_string(a_.cycle()); }

  Transport& a_;
  Transport& b_;
};

/// Any command, one in eight of them bad, its data whatever lies there.
void start_random(const tercet_config& machine, std::mt19937_64& rng, Lockstep& both) {
  const GemmCase c = random_gemm(machine, rng);
  const Gemm& g = c.gemm;
  const uint64_t flaw = rng() % 32;
  const auto packing = static_cast<uint32_t>(g.packing);
  const auto beats = static_cast<uint32_t>(weight_beats(machine, g.packing, g.n, g.k));
  both.write(TERCET_CSR_CMD_M, static_cast<uint32_t>(flaw == 0 ? 0 : g.m));
  both.write(TERCET_CSR_CMD_N, static_cast<uint32_t>(g.n));
  both.write(TERCET_CSR_CMD_K, static_cast<uint32_t>(g.k));
  both.write(TERCET_CSR_CMD_MTILE, static_cast<uint32_t>(g.m_tile));
  both.write(TERCET_CSR_CMD_FLAGS, packing);
  both.write(TERCET_CSR_CMD_WBEATS, beats + (flaw == 1 ? 1 : 0));
  both.write(TERCET_CSR_CMD_ACT_LO, static_cast<uint32_t>(g.activations) + (flaw == 2 ? 1 : 0));
  both.write(TERCET_CSR_CMD_WGT_LO, static_cast<uint32_t>(g.weights));
  both.write(TERCET_CSR_CMD_OUT_LO, static_cast<uint32_t>(g.outputs));
  both.write(TERCET_CSR_CMD_OUT_HI, flaw == 3 ? TERCET_MAX_CMD_OUT_HI : 0);
  both.write(TERCET_CSR_START, 1);
}

void random_access(const tercet_config& machine, std::mt19937_64& rng, Lockstep& both) {
  const uint64_t what = rng() % 100;
  if (what < 30) {
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
  std::vector<uint8_t> other(bytes.size());
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
    systemc_->mem_write(0, bytes.data(), bytes.size());
    rtl_->mem_write(0, bytes.data(), bytes.size());
    Lockstep both(*rtl_, *systemc_);
    both.write(TERCET_CSR_CTRL, 1);
    for (int i = 0; i < 100 && !HasFatalFailure(); ++i) random_access(machine_, rng, both);
    systemc_->mem_read(0, bytes.data(), bytes.size());
    rtl_->mem_read(0, other.data(), other.size());
    ASSERT_TRUE(bytes == other);
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

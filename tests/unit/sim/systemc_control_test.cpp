// SPDX-License-Identifier: Apache-2.0
// Programs on the control core of RTL and SystemC: equal in every cycle that the host can see.
#include <array>
#include <memory>
#include <utility>

#include "random_control_program.h"
#include "random_start.h"
#include "sim/verilated/verilated_options.h"
#include "tests/hw/core/tiny_firmware.h"

namespace tercet {
namespace {

using Setting = std::pair<const char*, const char*>;  // machine, memory
constexpr uint32_t kPage = 4096;
/// Commands mix what host and core wrote: outputs lie apart, so that none reads what another may be
/// writing.
constexpr uint32_t kOutputs = 1u << 20;

class ControlCores : public testing::TestWithParam<Setting> {
 protected:
  void make(std::vector<MemoryFault> faults = {}) {
    SystemcOptions options = systemc_options(GetParam().second);
    options.faults = faults;
    VerilatedOptions rtl;
    rtl.memory_bytes = options.memory_bytes;
    rtl.timing = options.timing;
    rtl.axi.faults = std::move(faults);
    both_ = std::make_unique<Lockstep>(make_verilated_device(machine_, rtl),
                                       make_systemc_device(machine_, options));
  }

  void load(uint32_t window, const std::vector<uint32_t>& words) {
    for (uint32_t i = 0; i < words.size(); ++i) both_->write(window + 4 * i, words[i]);
  }
  void stop() {
    both_->write(TERCET_CSR_CORE_CTRL, 0);
    for (int i = 0; both_->read(TERCET_CSR_CORE_STATUS) == 0; ++i) ASSERT_LT(i, 10);
  }
  void compare_memories() {
    for (uint32_t i = 0; i < TERCET_CORE_DTCM_BYTES; i += 4) {
      both_->read(TERCET_HOST_DTCM_WINDOW + i);
    }
    std::vector<uint8_t> bytes(uint64_t{1} << 22);
    both_->mem_read(0, bytes.data(), bytes.size());
  }
  void compare_counters() {
    for (uint32_t i = 0; i < TERCET_COUNTER_COUNT; ++i) both_->read(TERCET_COUNTER_BASE + 8 * i);
  }

  const tercet_config& machine_ = find_machine(GetParam().first);
  std::unique_ptr<Lockstep> both_;
};

/// What a host may do beside a running core.
void disturb(const tercet_config& machine, std::mt19937_64& rng, Lockstep& both) {
  const auto below = [&rng](uint32_t n) { return static_cast<uint32_t>(rng() % n); };
  const uint32_t what = below(100);
  if (what < 40) {
    both.wait(below(below(4) == 0 ? 2000 : 60));
  } else if (what < 55) {
    both.write(TERCET_CSR_DOORBELL, below(4));
  } else if (what < 60) {
    both.write(TERCET_CSR_HOST_IRQ, 3);
  } else if (what < 62) {
    start_random(machine, rng, both, kOutputs);
  } else if (what < 63) {
    both.write(TERCET_CSR_ABORT, 1);
  } else if (what < 66) {
    both.write(TERCET_CSR_CTRL, below(8));
  } else if (what < 69) {
    both.write(TERCET_CSR_CORE_CTRL, below(2));
  } else if (what < 74) {
    both.write(TERCET_CSR_CORE_CTRL, 1);
  } else if (what < 80) {
    both.read(TERCET_COUNTER_BASE + 8 * below(TERCET_COUNTER_COUNT));
  } else if (what < 83) {
    both.read(TERCET_HOST_DTCM_WINDOW + 4 * below(300));
  } else if (what < 85) {
    both.write(TERCET_HOST_DTCM_WINDOW + 64 + 4 * below(200), static_cast<uint32_t>(rng()));
  } else {
    both.read(TERCET_CSR_CORE_CTRL + 4 * below(25));
  }
}

TEST_P(ControlCores, RunRandomProgramsAlikeInEveryCycle) {
  std::vector<uint8_t> bytes(uint64_t{1} << 22);
  const uint64_t programs = machine_.rows == 16 ? 60 : 15;
  const uint64_t first = 1000 * static_cast<uint64_t>(testing::GTEST_FLAG(random_seed));
  for (uint64_t seed = first; seed < first + programs; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 rng(seed);
    std::vector<MemoryFault> faults;
    for (uint64_t i = seed % 4; i > 1; --i) {
      faults.push_back({rng() % 2 == 0, rng() % 500,
                        rng() % 2 == 0 ? BusResponse::kSlverr : BusResponse::kDecerr});
    }
    make(faults);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(rng());
    both_->mem_write(0, bytes.data(), bytes.size());
    load(TERCET_HOST_ITCM_WINDOW, RandomControlProgram(machine_, rng).make());
    both_->write(TERCET_CSR_CTRL, tercet_ctrl_pack({1, 0, 0}));
    both_->write(TERCET_CSR_HOST_IRQ_ENABLE, 3);
    both_->write(TERCET_CSR_CMD_OUT_LO, kOutputs);
    both_->write(TERCET_CSR_CORE_CTRL, 1);
    for (int i = 0; i < 300 && !HasFailure(); ++i) disturb(machine_, rng, *both_);
    stop();
    compare_counters();
    compare_memories();
    if (HasFailure()) return;
  }
}

TEST_P(ControlCores, ServeARingOfProductsInTheSameCycles) {
  make();
  std::mt19937_64 rng(7);
  std::array<uint32_t, TERCET_BOOT_BLOCK_WORDS> boot{};
  tercet_boot_block block{};
  const uint64_t base = (uint64_t{1} << 26) - 2 * kPage;
  block.queue_lo = static_cast<uint32_t>(base);
  block.completion_lo = static_cast<uint32_t>(base + kPage);
  tercet_boot_block_pack(&block, boot.data());
  load(TERCET_HOST_ITCM_WINDOW, tiny_firmware(machine_.axi_bytes));
  load(TERCET_HOST_DTCM_WINDOW, {boot.begin(), boot.end()});
  both_->write(TERCET_CSR_HOST_IRQ_ENABLE, 3);
  both_->write(TERCET_CSR_CORE_CTRL, 1);
  const uint32_t commands = machine_.rows == 16 ? 40 : 10;
  for (uint32_t i = 0; i < commands && !HasFailure(); ++i) {
    const GemmCase c = random_gemm(machine_, rng);
    const Gemm& g = c.gemm;
    both_->mem_write(g.activations, c.activations.data(), c.activations.size());
    both_->mem_write(g.weights, c.weights.data(), c.weights.size());
    tercet_gemm_command command{};
    command.opcode = TERCET_OPCODE_GEMM;
    command.packing = static_cast<uint32_t>(g.packing);
    command.sequence = i;
    command.m = static_cast<uint32_t>(g.m);
    command.m_tile = static_cast<uint32_t>(g.m_tile);
    command.n = static_cast<uint32_t>(g.n);
    command.k = static_cast<uint32_t>(g.k);
    command.wbeats = static_cast<uint32_t>(weight_beats(machine_, g.packing, g.n, g.k));
    command.act_lo = static_cast<uint32_t>(g.activations);
    command.wgt_lo = static_cast<uint32_t>(g.weights);
    command.out_lo = static_cast<uint32_t>(g.outputs);
    std::array<uint32_t, TERCET_GEMM_COMMAND_WORDS> words{};
    tercet_gemm_command_pack(&command, words.data());
    both_->mem_write(base + i * TERCET_RECORD_BYTES, words.data(), TERCET_RECORD_BYTES);
    both_->write(TERCET_CSR_DOORBELL, i + 1);
    while (both_->read(TERCET_CSR_RETIRED) != i + 1 && !HasFailure()) {
      ASSERT_TRUE(both_->wait(10000000));
      both_->write(TERCET_CSR_HOST_IRQ, 3);
    }
    compare_counters();
  }
  EXPECT_GT(both_->read(TERCET_COUNTER_BASE + 8 * TERCET_COUNTER_QUEUE_IDLE), 0u);
  stop();
  compare_memories();
}

INSTANTIATE_TEST_SUITE_P(Machines, ControlCores,
                         testing::Values(Setting{"tiny", "ideal"}, Setting{"tiny", "dram"},
                                         Setting{"edge", "ideal"}, Setting{"edge", "dram"}),
                         [](const auto& info) {
                           return std::string(info.param.first) + "_" + info.param.second;
                         });

}  // namespace
}  // namespace tercet

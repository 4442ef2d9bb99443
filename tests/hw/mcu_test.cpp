// SPDX-License-Identifier: Apache-2.0
// rtl/core/tercet_mcu.sv against the instruction-set simulator, every retired instruction.
#include "sim/rv32/mcu.h"

#include <ctime>
#include <iostream>
#include <vector>

#include "sim/rv32/csr_file.h"
#include "sim/rv32/instructions.h"
#include "tests/hw/core/lockstep.h"
#include "tests/hw/core/mcu_bench.h"

namespace tercet {
namespace {

TEST_CASE("Control core and simulator agree on every instruction and cycle of random programs") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  const LockstepCounts counts = run_lockstep(seed, 10'000'000);
  std::cout << describe(counts) << '\n';
  // The programs reached everything.
  for (const rv32::Instruction& one : rv32::instructions()) {
    const bool only_traps =
        std::string_view(one.name) == "ecall" || one.name == std::string_view("ebreak");
    INFO(one.name);
    CHECK((only_traps || counts.by_name.count(one.name) == 1));
  }
  using namespace rv32;
  for (const uint32_t cause : {0, 1, 2, 3, 4, 5, 6, 7, 11, 16 | 3, 16 | 7, 16 | 11}) {
    INFO("cause " << cause);
    CHECK(counts.by_cause.count(cause) == 1);
  }
}

/// Copies words with a load, a store, two additions and a branch, as docs/core.md counts.
std::vector<uint32_t> copy_loop(uint32_t words) {
  return {
      TERCET_CORE_BASE_DTCM | 10 << 7 | 0x37,  // lui x10, data
      words << 20 | 11 << 7 | 0x13,            // addi x11, x0, words
      0x00052603,                              // lw x12, 0(x10)
      0x10c52023,                              // sw x12, 256(x10)
      0x00450513,                              // addi x10, x10, 4
      0xfff58593,                              // addi x11, x11, -1
      0xfe0598e3,                              // bne x11, x0, -16
      0x10500073,                              // wfi, for ever
  };
}

TEST_CASE("Control core takes 7 cycles for the 5 instructions of a copy loop") {
  constexpr uint32_t kWords = 50;
  ScriptedBus quiet;
  McuBench core;
  const auto program = copy_loop(kWords);
  for (uint32_t i = 0; i < program.size(); ++i)
    core.write(CoreMemory::kInstructions, i, program[i]);
  for (uint32_t i = 0; i < kWords; ++i) core.write(CoreMemory::kData, i, i * 0x01010101);
  core.release();
  std::vector<rv32::Retire> retired;
  while (core.now() < 8 * kWords) {
    if (const auto one = core.cycle(quiet)) retired.push_back(*one);
  }
  REQUIRE(retired.size() == 2 + 5 * kWords);
  // lui and addi in cycles 1 and 2; the last branch, not taken, is a cycle shorter.
  CHECK(retired.back().cycle == 2 + 7 * kWords - 1);
  core.stop(quiet);
  for (uint32_t i = 0; i < kWords; ++i) {
    CHECK(core.read(CoreMemory::kData, 64 + i) == i * 0x01010101);
  }
}

TEST_CASE("Control core's load port does nothing while the core runs") {
  ScriptedBus quiet;
  McuBench core;
  core.write(CoreMemory::kInstructions, 0, 0x0000006f);  // j .
  core.write(CoreMemory::kInstructions, 1, 0x11111111);
  core.write(CoreMemory::kData, 1, 0x22222222);
  core.release();
  core.cycle(quiet);
  for (const bool data : {false, true}) {
    core->load_valid_i = core->load_write_i = 1;
    core->load_data_i = data;
    core->load_addr_i = 1;
    core->load_wdata_i = 0xbad;
    for (int i = 0; i < 4; ++i) core.cycle(quiet);
  }
  core->load_valid_i = core->load_write_i = 0;
  core.stop(quiet);
  CHECK(core.read(CoreMemory::kInstructions, 1) == 0x11111111);
  CHECK(core.read(CoreMemory::kData, 1) == 0x22222222);
}

TEST_CASE("Control core and simulator: instructions a second", "[.bench]") {
  const auto program = copy_loop(700);
  const auto seconds = [](auto&& work) {
    const std::clock_t start = std::clock();
    work();
    return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  };
  ScriptedBus quiet;
  rv32::Mcu simulator(quiet);
  McuBench core;
  for (uint32_t i = 0; i < program.size(); ++i) {
    core.write(CoreMemory::kInstructions, i, program[i]);
    simulator.hart().write_instruction(4 * i, program[i]);
  }
  uint64_t rtl_count = 0, simulator_count = 0;
  const double rtl = seconds([&] {
    core.release();
    for (int i = 0; i < 3'000'000; ++i) {
      if (core.cycle(quiet)) ++rtl_count;
      if (core.now() == 5000) core.stop(quiet), core.release();
    }
  });
  const double simulated = seconds([&] {
    for (int run = 0; run < 20000; ++run) {
      rv32::Retire one;
      for (simulator.reset(); simulator.step(&one);) ++simulator_count;
    }
  });
  std::cout << fmt::format("RTL {:.2f} M instructions/s, simulator {:.1f} M instructions/s\n",
                           rtl_count / rtl / 1e6, simulator_count / simulated / 1e6);
}

}  // namespace
}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Programs in assembly that check each instruction, on the RTL core and on the simulator.
#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "host_driver/firmware_image.h"
#include "sim/rv32/instructions.h"
#include "sim/rv32/mcu.h"
#include "tests/hw/core/mcu_bench.h"
#include "tests/hw/core/program_bus.h"

namespace tercet {
namespace {

constexpr uint64_t kLimit = 20000;  // cycles

std::vector<std::string> program_paths() {
  std::vector<std::string> paths;
  std::istringstream list(TERCET_CORE_PROGRAMS);
  for (std::string path; std::getline(list, path, ',');) paths.push_back(path);
  return paths;
}

/// All that retires up to the verdict.
std::vector<rv32::Retire> run_simulator(const FirmwareImage& program, ProgramBus& bus) {
  rv32::Mcu mcu(bus);
  for (uint32_t i = 0; 4 * i < program.code_bytes; ++i) {
    mcu.hart().write_instruction(4 * i, program.itcm[i]);
  }
  for (uint32_t i = 0; 4 * i < program.data_bytes; ++i) {
    mcu.hart().write_word(4 * i, program.dtcm[i]);
  }
  std::vector<rv32::Retire> retired;
  while (!bus.verdict()) {
    REQUIRE(mcu.hart().cycle() < kLimit);
    rv32::Retire one;
    if (mcu.step(&one)) retired.push_back(one);
  }
  return retired;
}

std::vector<rv32::Retire> run_rtl(const FirmwareImage& program, ProgramBus& bus) {
  McuBench core;
  for (uint32_t i = 0; 4 * i < program.code_bytes; ++i) {
    core.write(CoreMemory::kInstructions, i, program.itcm[i]);
  }
  for (uint32_t i = 0; 4 * i < program.data_bytes; ++i) {
    core.write(CoreMemory::kData, i, program.dtcm[i]);
  }
  core.release();
  std::vector<rv32::Retire> retired;
  // The store of the verdict is done when its answer is.
  for (bool ended = false; !ended;) {
    REQUIRE(core.now() < kLimit);
    const auto one = core.cycle(bus);
    if (one) retired.push_back(*one);
    ended = one && bus.verdict();
  }
  return retired;
}

TEST_CASE("Control core runs the instruction tests, and so does the simulator") {
  std::set<std::string> reached;
  const auto wait = GENERATE(0u, 3u);
  for (const std::string& path : program_paths()) {
    INFO(path << ", " << wait << " wait states");
    const FirmwareImage program = load_firmware(path);
    ProgramBus rtl_bus(wait), simulator_bus(wait);
    const auto simulated = run_simulator(program, simulator_bus);
    const auto retired = run_rtl(program, rtl_bus);
    // 1, or twice the number of the check that failed.
    CHECK(*simulator_bus.verdict() == 1);
    CHECK(*rtl_bus.verdict() == 1);
    CHECK(retired == simulated);
    for (const rv32::Retire& one : retired) {
      if (one.insn != 0) reached.insert(rv32::decode(one.insn).name);
    }
  }
  for (const rv32::Instruction& one : rv32::instructions()) {
    INFO("no program executes " << one.name);
    CHECK(reached.count(one.name) == 1);
  }
}

}  // namespace
}  // namespace tercet

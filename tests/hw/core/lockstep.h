// SPDX-License-Identifier: Apache-2.0
// RTL core and instruction-set simulator side by side on random programs.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <string>

#include "mcu_bench.h"
#include "random_program.h"
#include "scripted_bus.h"
#include "sim/rv32/instructions.h"
#include "sim/rv32/mcu.h"

namespace tercet {

struct LockstepCounts {
  uint64_t programs = 0;
  uint64_t retired = 0;  ///< traps included
  uint64_t cycles = 0;
  uint64_t bus_accesses = 0;
  std::map<std::string, uint64_t> by_name;  ///< instructions retired without a trap
  std::map<uint32_t, uint64_t> by_cause;    ///< traps
};

inline constexpr uint64_t kLongestProgram = 6000;  // cycles
inline constexpr uint64_t kPatience = 500;         // cycles asleep: no interrupt will come
inline constexpr uint32_t kDataWords = TERCET_CORE_DTCM_BYTES / 4;

inline std::string describe(const rv32::Retire& r) {
  return fmt::format(
      "cycle {} pc {:08x} insn {:08x} ({}) x{} = {:08x}, {}{:x} {:08x} {:08x}, trap {} int {} {}",
      r.cycle, r.pc, r.insn, rv32::decode(r.insn).name, r.rd, r.value, r.write ? "w" : "r",
      r.strobes, r.address, r.wdata, r.trap, r.interrupt, r.cause);
}

class Lockstep {
 public:
  explicit Lockstep(uint64_t seed) : rng_(seed), iss_(iss_bus_) {
    for (uint32_t i = 0; i < kDataWords; ++i) {
      const auto word = static_cast<uint32_t>(rng_.next());
      rtl_.write(CoreMemory::kData, i, word);
      iss_.hart().write_word(4 * i, word);
    }
  }

  void run_program() {
    const uint64_t bus_seed = rng_.next();
    rtl_bus_.restart(bus_seed);
    iss_bus_.restart(bus_seed);
    const auto program = random_program(rng_);
    for (uint32_t i = 0; i < program.size(); ++i) {
      rtl_.write(CoreMemory::kInstructions, i, program[i]);
      iss_.hart().write_instruction(4 * i, program[i]);
    }
    iss_.reset();
    rtl_.release();
    follow();
    counts_.bus_accesses += iss_bus_.accesses();
    counts_.cycles += rtl_.now();
    rtl_.stop(rtl_bus_);
    if (counts_.programs++ % 16 == 0) compare_data();
  }
  const LockstepCounts& counts() const { return counts_; }

 private:
  /// Compares until some cycle, in which the core is stopped whatever it does.
  void follow() {
    const uint64_t end = 1 + rng_.below(kLongestProgram);
    uint64_t last = 0;
    while (rtl_.now() < end) {
      const auto got = rtl_.cycle(rtl_bus_);
      if (!got) {
        if (rtl_.now() > last + kPatience) return expect_sleep();
        continue;
      }
      rv32::Retire expected;
      while (!iss_.step(&expected) && iss_.hart().cycle() <= rtl_.now()) {
      }
      if (!(*got == expected)) {
        FAIL("program " << counts_.programs << ", instruction " << counts_.retired << "\n  RTL "
                        << describe(*got) << "\n  ISS " << describe(expected));
      }
      last = rtl_.now();
      count(expected);
    }
  }

  /// The simulator sleeps too, and would as long.
  void expect_sleep() {
    rv32::Retire none;
    while (iss_.hart().cycle() < rtl_.now()) {
      if (iss_.step(&none)) FAIL("the RTL core hangs; the simulator did " << describe(none));
    }
  }

  void compare_data() {
    for (uint32_t i = 0; i < kDataWords; ++i) {
      const uint32_t word = rtl_.read(CoreMemory::kData, i);
      if (word != iss_.hart().read_word(4 * i)) FAIL("data memory differs at word " << i);
    }
  }

  void count(const rv32::Retire& r) {
    ++counts_.retired;
    if (r.trap) {
      ++counts_.by_cause[r.cause];
    } else {
      ++counts_.by_name[rv32::decode(r.insn).name];
    }
  }

  Rng rng_;
  ScriptedBus rtl_bus_, iss_bus_;
  McuBench rtl_;
  rv32::Mcu iss_;
  LockstepCounts counts_;
};

/// Runs programs until `retired` instructions were compared; a difference fails the test case.
inline LockstepCounts run_lockstep(uint64_t seed, uint64_t retired) {
  Lockstep lockstep(seed);
  while (lockstep.counts().retired < retired) lockstep.run_program();
  return lockstep.counts();
}

/// Some lines for the log.
inline std::string describe(const LockstepCounts& counts) {
  std::string text =
      fmt::format("{} instructions and traps of {} programs equal, {} cycles, {} bus accesses\n",
                  counts.retired, counts.programs, counts.cycles, counts.bus_accesses);
  for (const auto& [name, count] : counts.by_name) text += fmt::format(" {} {}", name, count);
  text += "\n causes:";
  for (const auto& [cause, count] : counts.by_cause) text += fmt::format(" {} {}", cause, count);
  return text;
}

}  // namespace tercet

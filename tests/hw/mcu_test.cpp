// SPDX-License-Identifier: Apache-2.0
// rtl/control/tercet_mcu.sv against the instruction-set simulator, every retired instruction.
#include <iostream>

#include "core/lockstep.h"
#include "core/mcu_bench.h"
#include "sim/rv32/csr_file.h"
#include "sim/rv32/instructions.h"

namespace tercet {
namespace {

TEST_CASE("Control core and simulator agree on every instruction and cycle of random programs") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  const LockstepCounts counts = run_lockstep(seed, 1'000'000);
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

}  // namespace
}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// The instruction-set simulator alone. What each instruction does is tested in tests/hw/core,
// against the RTL.
#include <gtest/gtest.h>

#include "base/rng.h"
#include "sim/rv32/mcu.h"
#include "tercet_hw.h"

namespace tercet::rv32 {
namespace {

/// A line that is always high, and a bus on which every access is an error.
class ErrorBus final : public Environment {
 public:
  uint32_t interrupts(uint64_t /*cycle*/) override { return kExternalInterrupt; }
  BusAnswer access(const BusRequest& /*request*/) override { return {0, true, 0}; }
};

TEST(Rv32McuTest, SurvivesMemoriesFullOfRandomWords) {
  Rng rng(11);
  ErrorBus bus;
  uint64_t steps = 0, trapped = 0;
  for (int program = 0; program < 100; ++program) {
    Mcu mcu(bus);
    for (uint32_t at = 0; at < TERCET_CORE_ITCM_BYTES; at += 4) {
      const auto word = static_cast<uint32_t>(rng.next());
      mcu.hart().write_instruction(at, rng.below(2) == 0 ? word | 3 : (word & ~0x7fu) | 0x13);
    }
    for (uint32_t at = 0; at < TERCET_CORE_DTCM_BYTES; at += 4) {
      mcu.hart().write_word(at, static_cast<uint32_t>(rng.next()));
    }
    Retire one;
    while (mcu.hart().cycle() < 2000 && mcu.step(&one)) {
      ++steps;
      if (one.trap) ++trapped;
      ASSERT_EQ(mcu.hart().x(0), 0u);
      ASSERT_EQ(mcu.hart().pc() % 4, 0u);
    }
  }
  EXPECT_GT(steps, trapped);
  EXPECT_GT(trapped, 100u);
}

TEST(Rv32McuTest, AFetchBehindTheMemoryTrapsWithItsAddress) {
  ErrorBus bus;
  Mcu mcu(bus);
  const uint32_t end = TERCET_CORE_ITCM_BYTES;
  mcu.hart().write_instruction(0, (end & ~0xfffu) | 1 << 7 | 0x37);  // lui x1, end
  mcu.hart().write_instruction(4, 0x00008067);                       // jalr x0, 0(x1)
  Retire one;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(mcu.step(&one));
  EXPECT_TRUE(one.trap);
  EXPECT_EQ(one.cause, uint32_t{kFetchFault});
  EXPECT_EQ(one.pc, end);
}

}  // namespace
}  // namespace tercet::rv32

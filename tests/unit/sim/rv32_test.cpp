// SPDX-License-Identifier: Apache-2.0
// The instruction-set simulator alone, and the reader of its programs. What each instruction does
// is tested in tests/hw/core, against the RTL.
#include <gtest/gtest.h>

#include <functional>

#include "base/error.h"
#include "base/rng.h"
#include "sim/rv32/elf.h"
#include "sim/rv32/mcu.h"
#include "tercet_hw.h"

namespace tercet::rv32 {
namespace {

constexpr uint32_t kCode = 0x60, kSegment = 0x34;  // offsets in the file
constexpr uint32_t kFileBytes = 4, kMemoryBytes = 12;

void put(std::vector<uint8_t>& file, size_t at, uint32_t value, uint32_t width = 4) {
  for (uint32_t i = 0; i < width; ++i) file.at(at + i) = static_cast<uint8_t>(value >> (8 * i));
}

/// An executable of one segment: a word of code, and eight bytes that are 0.
std::vector<uint8_t> small_elf() {
  std::vector<uint8_t> file(kCode + kFileBytes);
  put(file, 0, 0x464c457f);
  put(file, 4, 0x0101, 2);
  put(file, 16, 2, 2);
  put(file, 18, 243, 2);
  put(file, 28, kSegment);
  put(file, 42, 32, 2);
  put(file, 44, 1, 2);
  put(file, kSegment, 1);
  put(file, kSegment + 4, kCode);
  put(file, kSegment + 16, kFileBytes);
  put(file, kSegment + 20, kMemoryBytes);
  put(file, kCode, 0x0000006f);
  return file;
}

std::string complaint(const std::function<void(std::vector<uint8_t>&)>& damage) {
  std::vector<uint8_t> file = small_elf();
  damage(file);
  try {
    parse_program("boot.elf", file);
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

TEST(Rv32ElfTest, ReadsASegmentAndFillsItWithZeros) {
  const Program program = parse_program("boot.elf", small_elf());
  EXPECT_EQ(program.instructions, (std::vector<uint32_t>{0x0000006f, 0, 0}));
  EXPECT_TRUE(program.data.empty());
}

TEST(Rv32ElfTest, NamesWhatIsWrongWithAFile) {
  const auto expect = [](const char* text,
                         const std::function<void(std::vector<uint8_t>&)>& damage) {
    const std::string found = complaint(damage);
    EXPECT_NE(found.find(text), std::string::npos) << "got: " << found;
    EXPECT_EQ(found.rfind("boot.elf: ", 0), 0u) << "got: " << found;
  };
  expect("no 32-bit little-endian ELF", [](auto& file) { put(file, 4, 0x0102, 2); });
  expect("no RISC-V executable", [](auto& file) { put(file, 18, 62, 2); });
  expect("starts at 0x4; the core starts at 0", [](auto& file) { put(file, 24, 4); });
  expect("program headers have 56 bytes, not 32", [](auto& file) { put(file, 42, 56, 2); });
  expect("more bytes than memory", [](auto& file) { put(file, kSegment + 20, 3); });
  expect("segment 0 at 0x40000000, 12 bytes: not in a memory of the core (8192 bytes at 0x0",
         [](auto& file) { put(file, kSegment + 12, 0x40000000); });
  expect("not in a memory of the core",
         [](auto& file) { put(file, kSegment + 20, TERCET_CORE_ITCM_BYTES + 1); });
  expect("ends before byte", [](auto& file) { put(file, kSegment + 4, 0xfffffffe); });
  expect("ends before byte", [](auto& file) { file.resize(30); });
  expect("holds no instructions", [](auto& file) { put(file, 44, 0, 2); });
  EXPECT_THROW(read_program("/nowhere/boot.elf"), Error);
}

TEST(Rv32ElfTest, ReadsOrRefusesEveryDamagedFile) {
  Rng rng(7);
  int refused = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::string found = complaint([&](auto& file) {
      for (uint64_t n = rng.below(4) + 1; n > 0; --n) {
        file[rng.below(file.size())] = static_cast<uint8_t>(rng.next());
      }
      if (rng.below(8) == 0) file.resize(rng.below(file.size()));
    });
    if (found != "none") ++refused;
  }
  EXPECT_GT(refused, 1000);
}

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

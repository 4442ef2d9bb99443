// SPDX-License-Identifier: Apache-2.0
// The firmware's file: what is loaded, and what is refused by name.
#include "host_driver/firmware_image.h"

#include <gtest/gtest.h>

#include <functional>

#include "base/error.h"
#include "base/rng.h"
#include "tercet_hw.h"

namespace tercet {
namespace {

constexpr uint32_t kSegment = 0x34, kData = 0x54, kCode = 0x74;  // offsets in the file
constexpr uint32_t kOffset = 4, kAddress = 8, kFileBytes = 16, kMemoryBytes = 20;
constexpr uint32_t kBoot = 4 * TERCET_BOOT_BLOCK_WORDS;

void put(std::vector<uint8_t>& file, size_t at, uint32_t value, uint32_t width = 4) {
  for (uint32_t i = 0; i < width; ++i) file.at(at + i) = static_cast<uint8_t>(value >> (8 * i));
}

void put_segment(std::vector<uint8_t>& file, size_t at, uint32_t address, uint32_t file_bytes,
                 uint32_t memory_bytes) {
  put(file, at, 1);
  put(file, at + kOffset, kCode);
  put(file, at + kAddress, address);
  put(file, at + kFileBytes, file_bytes);
  put(file, at + kMemoryBytes, memory_bytes);
}

/// An executable of a word of code with eight bytes that are 0 behind it, and two bytes of data.
std::vector<uint8_t> small_elf() {
  std::vector<uint8_t> file(kCode + 4);
  put(file, 0, 0x464c457f);
  put(file, 4, 0x0101, 2);
  put(file, 16, 2, 2);
  put(file, 18, 243, 2);
  put(file, 20, 1);
  put(file, 28, kSegment);
  put(file, 40, 52, 2);
  put(file, 42, 32, 2);
  put(file, 44, 2, 2);
  put_segment(file, kSegment, 0, 4, 12);
  put_segment(file, kData, TERCET_CORE_BASE_DTCM + kBoot, 2, 6);
  put(file, kCode, 0x1234006f);
  return file;
}

std::string complaint(const std::function<void(std::vector<uint8_t>&)>& damage) {
  std::vector<uint8_t> file = small_elf();
  damage(file);
  try {
    const FirmwareImage image = parse_firmware("boot.elf", file);
    EXPECT_LE(image.code_bytes, uint32_t{TERCET_CORE_ITCM_BYTES});
    EXPECT_LE(image.data_bytes, uint32_t{TERCET_CORE_DTCM_BYTES});
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

TEST(FirmwareImageTest, ReadsItsSegmentsAndFillsThemWithZeros) {
  const FirmwareImage image = parse_firmware("boot.elf", small_elf());
  EXPECT_EQ(image.name, "boot.elf");
  EXPECT_EQ(image.code_bytes, 12u);
  EXPECT_EQ(image.data_bytes, kBoot + 6);
  std::vector<uint32_t> code(TERCET_CORE_ITCM_BYTES / 4), data(TERCET_CORE_DTCM_BYTES / 4);
  code[0] = 0x1234006f;
  data[kBoot / 4] = 0x006f;
  EXPECT_EQ(image.itcm, code);
  EXPECT_EQ(image.dtcm, data);
  EXPECT_EQ(crc32({'1', '2', '3', '4', '5', '6', '7', '8', '9'}), 0xcbf43926u);  // the check value
}

TEST(FirmwareImageTest, NamesFieldAndLimitOfWhatIsWrongWithAFile) {
  const auto expect = [](const char* text,
                         const std::function<void(std::vector<uint8_t>&)>& damage) {
    const std::string found = complaint(damage);
    EXPECT_NE(found.find(text), std::string::npos) << "got: " << found;
    EXPECT_EQ(found.rfind("boot.elf: ", 0), 0u) << "got: " << found;
  };
  expect("e_ident magic is", [](auto& file) { put(file, 0, 0); });
  expect("e_ident class and data (32-bit, little endian) is 0x102, not 0x101",
         [](auto& file) { put(file, 4, 0x0102, 2); });
  expect("e_type (executable) is 0x3", [](auto& file) { put(file, 16, 3, 2); });
  expect("e_machine (RISC-V) is 0x3e, not 0xf3", [](auto& file) { put(file, 18, 62, 2); });
  expect("e_version is 0x2", [](auto& file) { put(file, 20, 2); });
  expect("e_entry is 0x4, not 0x0", [](auto& file) { put(file, 24, 4); });
  expect("e_flags (no compressed instructions, no float) is 0x1",
         [](auto& file) { put(file, 36, 1); });
  expect("e_ehsize is 0x33", [](auto& file) { put(file, 40, 51, 2); });
  expect("e_phentsize is 0x38, not 0x20", [](auto& file) { put(file, 42, 56, 2); });
  expect("e_phnum is 0x11, the limit is 0x10", [](auto& file) { put(file, 44, 17, 2); });
  expect("e_phnum is 0, but no segment holds code", [](auto& file) { put(file, 44, 0, 2); });
  expect("p_type of segment 1 is 3: the core has no dynamic linker",
         [](auto& file) { put(file, kData, 3); });
  expect("p_filesz is 0x4, the limit is 0x3",
         [](auto& file) { put(file, kSegment + kMemoryBytes, 3); });
  expect(
      "p_vaddr of segment 0 is 0x40000000: not in a memory of the core (8192 bytes at 0x0, 4096 ",
      [](auto& file) { put(file, kSegment + kAddress, 0x40000000); });
  expect("p_memsz of a segment that starts in a core memory is 0x2001, the limit is 0x2000",
         [](auto& file) { put(file, kSegment + kMemoryBytes, TERCET_CORE_ITCM_BYTES + 1); });
  expect("p_vaddr of a segment is 0x10000000: the boot block is before 0x10000080",
         [](auto& file) { put(file, kData + kAddress, TERCET_CORE_BASE_DTCM); });
  expect("p_vaddr of a segment is 0x8: another one holds byte 0x8",
         [](auto& file) { put(file, kData + kAddress, 8); });
  expect("p_offset + p_filesz is 0x100000002, the limit is 0x78",
         [](auto& file) { put(file, kSegment + kOffset, 0xfffffffe); });
  expect("e_flags at byte 36: the file has 30 bytes", [](auto& file) { file.resize(30); });
  expect("file size is 0x100001, the limit is 0x100000",
         [](auto& file) { file.resize((1 << 20) + 1); });
  EXPECT_THROW(load_firmware("/nowhere/boot.elf"), Error);
}

TEST(FirmwareImageTest, ReadsOrRefusesEveryDamagedFile) {
  for (size_t size = 0; size < small_elf().size(); ++size) {
    EXPECT_NE(complaint([size](auto& file) { file.resize(size); }), "none") << size;
  }
  Rng rng(7);
  int refused = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::string found = complaint([&](auto& file) {
      for (uint64_t n = rng.below(4) + 1; n > 0; --n) {
        file[rng.below(file.size())] = static_cast<uint8_t>(rng.next());
      }
    });
    if (found != "none") ++refused;
  }
  EXPECT_GT(refused, 1000);
  EXPECT_LT(refused, 20000);
}

}  // namespace
}  // namespace tercet

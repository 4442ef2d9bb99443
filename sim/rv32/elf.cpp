// SPDX-License-Identifier: Apache-2.0
// The fields used here are those of the System V gABI, chapters "ELF Header" and "Program Header".
#include "sim/rv32/elf.h"

#include "base/error.h"
#include "base/input.h"
#include "tercet_hw.h"

namespace tercet::rv32 {
namespace {

constexpr uint32_t kIdentification = 0x464c457f, kSegmentBytes = 32;
constexpr uint32_t kExecutable = 2, kRiscv = 243, kLoad = 1;

class Reader {
 public:
  Reader(const std::string& name, const std::vector<uint8_t>& bytes) : name_(name), bytes_(bytes) {}
  uint32_t number(uint64_t at, uint32_t width) const {
    if (at + width > bytes_.size()) fail("{}: ends before byte {}", name_, at + width);
    uint32_t value = 0;
    for (uint32_t i = 0; i < width; ++i) value |= uint32_t{bytes_[at + i]} << (8 * i);
    return value;
  }
  uint32_t half(uint64_t at) const { return number(at, 2); }
  uint32_t word(uint64_t at) const { return number(at, 4); }

 private:
  const std::string& name_;
  const std::vector<uint8_t>& bytes_;
};

void place(const Reader& file, uint64_t offset, uint32_t file_bytes, uint32_t start, uint32_t bytes,
           std::vector<uint32_t>* memory) {
  if (memory->size() < (start + bytes + 3) / 4) memory->resize((start + bytes + 3) / 4);
  for (uint32_t i = 0; i < file_bytes; ++i) {
    (*memory)[(start + i) / 4] |= file.number(offset + i, 1) << (start + i) % 4 * 8;
  }
}

}  // namespace

Program parse_program(const std::string& name, const std::vector<uint8_t>& bytes) {
  const Reader file(name, bytes);
  constexpr uint32_t kClass32LittleEndian = 0x0101;
  if (file.word(0) != kIdentification || file.half(4) != kClass32LittleEndian) {
    fail("{}: is no 32-bit little-endian ELF file", name);
  }
  if (file.half(16) != kExecutable || file.half(18) != kRiscv) {
    fail("{}: is no RISC-V executable", name);
  }
  if (file.word(24) != TERCET_CORE_BASE_ITCM) {
    fail("{}: starts at {:#x}; the core starts at {:#x}", name, file.word(24),
         uint32_t{TERCET_CORE_BASE_ITCM});
  }
  Program program;
  const uint32_t table = file.word(28), count = file.half(44);
  if (count != 0 && file.half(42) != kSegmentBytes) {
    fail("{}: program headers have {} bytes, not {}", name, file.half(42), kSegmentBytes);
  }
  for (uint32_t i = 0; i < count; ++i) {
    const uint64_t at = uint64_t{table} + i * kSegmentBytes;
    const uint32_t offset = file.word(at + 4), address = file.word(at + 12);
    const uint32_t file_bytes = file.word(at + 16), memory_bytes = file.word(at + 20);
    if (file.word(at) != kLoad || memory_bytes == 0) continue;
    if (file_bytes > memory_bytes) fail("{}: segment {}: more bytes than memory", name, i);
    const auto inside = [&](uint64_t base, uint64_t size) {
      return address >= base && uint64_t{address} + memory_bytes <= base + size;
    };
    if (inside(TERCET_CORE_BASE_ITCM, TERCET_CORE_ITCM_BYTES)) {
      place(file, offset, file_bytes, address - TERCET_CORE_BASE_ITCM, memory_bytes,
            &program.instructions);
    } else if (inside(TERCET_CORE_BASE_DTCM, TERCET_CORE_DTCM_BYTES)) {
      place(file, offset, file_bytes, address - TERCET_CORE_BASE_DTCM, memory_bytes, &program.data);
    } else {
      fail(
          "{}: segment {} at {:#x}, {} bytes: not in a memory of the core ({} bytes at {:#x}, {} "
          "at {:#x})",
          name, i, address, memory_bytes, uint32_t{TERCET_CORE_ITCM_BYTES},
          uint32_t{TERCET_CORE_BASE_ITCM}, uint32_t{TERCET_CORE_DTCM_BYTES},
          uint32_t{TERCET_CORE_BASE_DTCM});
    }
  }
  if (program.instructions.empty()) fail("{}: holds no instructions", name);
  return program;
}

Program read_program(const std::string& path) {
  constexpr int64_t kMaxFileBytes = 1 << 20;
  const std::string bytes = read_text(path, kMaxFileBytes);
  return parse_program(path, {bytes.begin(), bytes.end()});
}

}  // namespace tercet::rv32

// SPDX-License-Identifier: Apache-2.0
// ELF32, as the System V ABI's "ELF header" and "program header" tables define it.
#include "host_driver/firmware_image.h"

#include <algorithm>

#include "base/error.h"
#include "base/input.h"
#include "tercet_hw.h"

namespace tercet {
namespace {

constexpr uint32_t kMagic = 0x464c457f;  // "\x7fELF"
constexpr uint32_t kClass32Little = 0x0101;
constexpr uint32_t kExecutable = 2;
constexpr uint32_t kRiscv = 243;
constexpr uint32_t kLoadable = 1;
constexpr uint32_t kDynamic = 2;
constexpr uint32_t kInterpreter = 3;
constexpr uint64_t kHeaderBytes = 52;
constexpr uint32_t kProgramHeaderBytes = 32;
constexpr uint32_t kMaxHeaders = 16;
constexpr int64_t kMaxFileBytes = 1 << 20;
constexpr uint32_t kBootBytes = 4 * TERCET_BOOT_BLOCK_WORDS;

/// The file, read in bounds.
class ElfFile {
 public:
  ElfFile(const std::string& name, const std::vector<uint8_t>& bytes)
      : name_(name), bytes_(bytes) {}

  uint32_t number(const char* field, uint64_t at, uint32_t width) const {
    if (at + width > bytes_.size()) {
      fail("{}: {} at byte {}: the file has {} bytes", name_, field, at, bytes_.size());
    }
    uint32_t value = 0;
    for (uint32_t i = 0; i < width; ++i) value |= uint32_t{bytes_[at + i]} << (8 * i);
    return value;
  }
  uint32_t half(const char* field, uint64_t at) const { return number(field, at, 2); }
  uint32_t word(const char* field, uint64_t at) const { return number(field, at, 4); }

  void expect(const char* field, uint32_t value, uint32_t wanted) const {
    if (value != wanted) fail("{}: {} is {:#x}, not {:#x}", name_, field, value, wanted);
  }

  template <typename... Values>
  [[noreturn]] void refuse(fmt::format_string<Values...> format, Values... values) const {
    fail("{}: {}", name_, fmt::format(format, values...));
  }

  /// The largest value allowed is `limit`.
  void limit(const char* field, uint64_t value, uint64_t limit) const {
    if (value > limit) fail("{}: {} is {:#x}, the limit is {:#x}", name_, field, value, limit);
  }

 private:
  const std::string& name_;
  const std::vector<uint8_t>& bytes_;
};

struct Segment {
  uint32_t offset, address, file_bytes, memory_bytes;
};

/// Copies `segment` to a memory of the core and returns the byte after it, from the memory's start.
uint32_t place(const ElfFile& file, const Segment& segment, uint64_t base, uint32_t first,
               std::vector<uint32_t>* memory, std::vector<bool>* used) {
  const uint64_t size = 4 * memory->size();
  const uint64_t start = segment.address - base;
  file.limit("p_memsz of a segment that starts in a core memory", start + segment.memory_bytes,
             size);
  if (start < first) {
    file.refuse("p_vaddr of a segment is {:#x}: the boot block is before {:#x}", segment.address,
                base + first);
  }
  for (uint32_t i = 0; i < segment.memory_bytes; ++i) {
    const uint64_t at = start + i;
    if ((*used)[at]) {
      file.refuse("p_vaddr of a segment is {:#x}: another one holds byte {:#x}", segment.address,
                  base + at);
    }
    (*used)[at] = true;
    if (i < segment.file_bytes) {
      (*memory)[at / 4] |= file.number("segment", uint64_t{segment.offset} + i, 1) << at % 4 * 8;
    }
  }
  return static_cast<uint32_t>(start) + segment.memory_bytes;
}

}  // namespace

uint32_t crc32(const std::vector<uint8_t>& bytes) {
  uint32_t crc = ~0u;
  for (const uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320u : 0);
  }
  return ~crc;
}

FirmwareImage parse_firmware(const std::string& name, const std::vector<uint8_t>& bytes) {
  const ElfFile file(name, bytes);
  file.limit("file size", bytes.size(), kMaxFileBytes);
  file.expect("e_ident magic", file.word("e_ident", 0), kMagic);
  file.expect("e_ident class and data (32-bit, little endian)", file.half("e_ident", 4),
              kClass32Little);
  file.expect("e_type (executable)", file.half("e_type", 16), kExecutable);
  file.expect("e_machine (RISC-V)", file.half("e_machine", 18), kRiscv);
  file.expect("e_version", file.word("e_version", 20), 1);
  file.expect("e_entry", file.word("e_entry", 24), TERCET_CORE_BASE_ITCM);
  const uint32_t flags = file.word("e_flags", 36);
  file.expect("e_flags (no compressed instructions, no float)", flags, 0);
  file.expect("e_ehsize", file.half("e_ehsize", 40), kHeaderBytes);
  file.expect("e_phentsize", file.half("e_phentsize", 42), kProgramHeaderBytes);
  const uint32_t headers = file.half("e_phnum", 44);
  file.limit("e_phnum", headers, kMaxHeaders);

  FirmwareImage image;
  image.name = name;
  image.crc = crc32(bytes);
  image.data_bytes = kBootBytes;
  image.itcm.resize(TERCET_CORE_ITCM_BYTES / 4);
  image.dtcm.resize(TERCET_CORE_DTCM_BYTES / 4);
  std::vector<bool> itcm_used(TERCET_CORE_ITCM_BYTES);
  std::vector<bool> dtcm_used(TERCET_CORE_DTCM_BYTES);
  const uint64_t table = file.word("e_phoff", 28);
  for (uint32_t i = 0; i < headers; ++i) {
    const uint64_t at = table + uint64_t{i} * kProgramHeaderBytes;
    const uint32_t type = file.word("p_type", at);
    if (type == kDynamic || type == kInterpreter) {
      file.refuse("p_type of segment {} is {}: the core has no dynamic linker", i, type);
    }
    const Segment segment{file.word("p_offset", at + 4), file.word("p_vaddr", at + 8),
                          file.word("p_filesz", at + 16), file.word("p_memsz", at + 20)};
    if (type != kLoadable || segment.memory_bytes == 0) continue;
    file.limit("p_filesz", segment.file_bytes, segment.memory_bytes);
    if (segment.file_bytes != 0) {
      file.limit("p_offset + p_filesz", uint64_t{segment.offset} + segment.file_bytes,
                 bytes.size());
    }
    const auto starts_in = [&](uint64_t base, uint64_t size) {
      return segment.address >= base && segment.address - base < size;
    };
    if (starts_in(TERCET_CORE_BASE_ITCM, TERCET_CORE_ITCM_BYTES)) {
      image.code_bytes = std::max(image.code_bytes, place(file, segment, TERCET_CORE_BASE_ITCM, 0,
                                                          &image.itcm, &itcm_used));
    } else if (starts_in(TERCET_CORE_BASE_DTCM, TERCET_CORE_DTCM_BYTES)) {
      image.data_bytes = std::max(image.data_bytes, place(file, segment, TERCET_CORE_BASE_DTCM,
                                                          kBootBytes, &image.dtcm, &dtcm_used));
    } else {
      file.refuse(
          "p_vaddr of segment {} is {:#x}: not in a memory of the core ({} bytes at {:#x}, {} at "
          "{:#x})",
          i, segment.address, uint32_t{TERCET_CORE_ITCM_BYTES}, uint32_t{TERCET_CORE_BASE_ITCM},
          uint32_t{TERCET_CORE_DTCM_BYTES}, uint32_t{TERCET_CORE_BASE_DTCM});
    }
  }
  if (image.code_bytes == 0) file.refuse("e_phnum is {}, but no segment holds code", headers);
  return image;
}

FirmwareImage load_firmware(const std::string& path) {
  const std::string bytes = read_text(path, kMaxFileBytes);
  return parse_firmware(path, {bytes.begin(), bytes.end()});
}

}  // namespace tercet

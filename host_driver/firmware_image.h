// SPDX-License-Identifier: Apache-2.0
// The firmware as the two memories of the control core.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tercet {

/// Words from the start of each memory. What the file does not hold is 0.
struct FirmwareImage {
  std::string name;            ///< of the file
  uint32_t crc = 0;            ///< CRC-32 (IEEE 802.3) of the whole file
  uint32_t code_bytes = 0;     ///< loaded into the instruction memory
  uint32_t data_bytes = 0;     ///< used of the data memory, boot block included
  std::vector<uint32_t> itcm;  ///< TERCET_CORE_ITCM_BYTES / 4
  std::vector<uint32_t> dtcm;  ///< TERCET_CORE_DTCM_BYTES / 4
};

/// Parses a 32-bit little-endian RISC-V executable that starts at the instruction memory's first
/// byte. Throws Error naming the file, the field and the limit: nothing outside `bytes` is read, no
/// segment lies outside its memory, on another or on the boot block.
FirmwareImage parse_firmware(const std::string& name, const std::vector<uint8_t>& bytes);

/// The same from a file. Throws Error if it cannot be read.
FirmwareImage load_firmware(const std::string& path);

/// CRC-32 (IEEE 802.3).
uint32_t crc32(const std::vector<uint8_t>& bytes);

}  // namespace tercet

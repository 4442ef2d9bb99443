// SPDX-License-Identifier: Apache-2.0
// Programs for the control core: what an ELF file loads into its two memories.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tercet::rv32 {

/// Words from the start of each memory; as long as the program needs them.
struct Program {
  std::vector<uint32_t> instructions;
  std::vector<uint32_t> data;
};

/// Throws Error, naming the file and the limit, unless it is a 32-bit little-endian RISC-V
/// executable that starts at address 0 and lies within the memories of rtl/spec.
Program read_program(const std::string& path);
/// The same of a file's bytes; `name` is for the message.
Program parse_program(const std::string& name, const std::vector<uint8_t>& bytes);

}  // namespace tercet::rv32

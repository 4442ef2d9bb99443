// SPDX-License-Identifier: Apache-2.0
// The instruction set as a table: name, encoding, meaning.
#pragma once

#include <cstdint>

namespace tercet::rv32 {

class Execution;

struct Instruction {
  const char* name;
  uint32_t mask, match;  ///< it is this one if (word & mask) == match
  void (*execute)(Execution& x);
};

/// All of RV32I, Zicsr, mret and wfi.
struct InstructionTable {
  const Instruction* first;
  const Instruction* last;
  const Instruction* begin() const { return first; }
  const Instruction* end() const { return last; }
};
InstructionTable instructions();

/// The instruction that a word encodes, or one named "illegal" that traps.
const Instruction& decode(uint32_t word);

}  // namespace tercet::rv32

// SPDX-License-Identifier: Apache-2.0
// Assembles the few instructions that a test program needs, in C++.
#pragma once

#include <cstdint>
#include <vector>

namespace tercet {

/// Registers are numbers 0 to 31. A place in the program is the index of an instruction.
class Assembler {
 public:
  const std::vector<uint32_t>& words() const { return words_; }
  uint32_t here() const { return static_cast<uint32_t>(words_.size()); }

  void lui(uint32_t rd, uint32_t value) { emit((value & 0xfffff000u) | rd << 7 | 0x37); }
  void addi(uint32_t rd, uint32_t rs1, int32_t value) { immediate(0x13, 0, rd, rs1, value); }
  void andi(uint32_t rd, uint32_t rs1, int32_t value) { immediate(0x13, 7, rd, rs1, value); }
  void slli(uint32_t rd, uint32_t rs1, int32_t shift) { immediate(0x13, 1, rd, rs1, shift); }
  void add(uint32_t rd, uint32_t rs1, uint32_t rs2) {
    emit(rs2 << 20 | rs1 << 15 | rd << 7 | 0x33);
  }
  void lw(uint32_t rd, uint32_t offset, uint32_t rs1) { load(2, rd, offset, rs1); }
  void lbu(uint32_t rd, uint32_t offset, uint32_t rs1) { load(4, rd, offset, rs1); }
  void lhu(uint32_t rd, uint32_t offset, uint32_t rs1) { load(5, rd, offset, rs1); }
  void sw(uint32_t rs2, uint32_t offset, uint32_t rs1) { store(2, rs2, offset, rs1); }
  void sb(uint32_t rs2, uint32_t offset, uint32_t rs1) { store(0, rs2, offset, rs1); }
  void csrrs(uint32_t rd, uint32_t csr, uint32_t rs1) {
    immediate(0x73, 2, rd, rs1, static_cast<int32_t>(csr));
  }
  void csrrw(uint32_t rd, uint32_t csr, uint32_t rs1) {
    immediate(0x73, 1, rd, rs1, static_cast<int32_t>(csr));
  }
  void lb(uint32_t rd, uint32_t offset, uint32_t rs1) { load(0, rd, offset, rs1); }
  void sh(uint32_t rs2, uint32_t offset, uint32_t rs1) { store(1, rs2, offset, rs1); }
  void srli(uint32_t rd, uint32_t rs1, int32_t shift) { immediate(0x13, 5, rd, rs1, shift); }
  void mret() { emit(0x30200073); }
  void wfi() { emit(0x10500073); }

  /// Branches to a place already assembled.
  void beq(uint32_t rs1, uint32_t rs2, uint32_t place) { branch(0, rs1, rs2, place); }
  void bne(uint32_t rs1, uint32_t rs2, uint32_t place) { branch(1, rs1, rs2, place); }
  void blt(uint32_t rs1, uint32_t rs2, uint32_t place) { branch(4, rs1, rs2, place); }
  void jump(uint32_t place) { beq(0, 0, place); }

  /// Any number in `rd`, in two instructions.
  void constant(uint32_t rd, uint32_t value) {
    const uint32_t low = value & 0xfff;
    lui(rd, value + (low >= 0x800 ? 0x1000 : 0));
    addi(rd, rd, static_cast<int32_t>(low >= 0x800 ? low - 0x1000 : low));
  }

  /// A 12-bit number in `rd`.
  void li(uint32_t rd, int32_t value) { addi(rd, 0, value); }

 private:
  void emit(uint32_t word) { words_.push_back(word); }
  void immediate(uint32_t opcode, uint32_t funct3, uint32_t rd, uint32_t rs1, int32_t value) {
    emit(static_cast<uint32_t>(value) << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode);
  }
  void load(uint32_t funct3, uint32_t rd, uint32_t offset, uint32_t rs1) {
    immediate(0x03, funct3, rd, rs1, static_cast<int32_t>(offset));
  }
  void store(uint32_t funct3, uint32_t rs2, uint32_t offset, uint32_t rs1) {
    emit((offset >> 5) << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | (offset & 31) << 7 | 0x23);
  }
  void branch(uint32_t funct3, uint32_t rs1, uint32_t rs2, uint32_t place) {
    const uint32_t by = 4 * (place - here());  // signed, in two's complement
    emit((by >> 12 & 1) << 31 | (by >> 5 & 0x3f) << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 |
         (by >> 1 & 0xf) << 8 | (by >> 11 & 1) << 7 | 0x63);
  }

  std::vector<uint32_t> words_;
};

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// One instruction on its way: its operands, and what its line in the table may do with them.
#pragma once

#include <cstdint>
#include <type_traits>

#include "sim/rv32/csr_file.h"
#include "sim/rv32/environment.h"

namespace tercet::rv32 {

class Hart;

/// The signed offset of a load, and of a store.
inline uint32_t load_offset(uint32_t word) {
  return static_cast<uint32_t>(static_cast<int32_t>(word) >> 20);
}
inline uint32_t store_offset(uint32_t word) {
  return (load_offset(word) & ~31u) | (word >> 7 & 31);
}

/// Reads registers of the hart, writes them, and notes the rest for the hart to carry out.
class Execution {
 public:
  Execution(Hart& hart, uint32_t pc, uint32_t word, Retire* retire)
      : hart_(hart), pc_(pc), word_(word), next_(pc + 4), retire_(retire) {}

  uint32_t pc() const { return pc_; }
  uint32_t word() const { return word_; }
  uint32_t rs1() const;
  uint32_t rs2() const;
  uint32_t rs1_field() const { return word_ >> 15 & 31; }
  uint32_t shamt() const { return word_ >> 20 & 31; }
  uint32_t imm_i() const { return load_offset(word_); }
  uint32_t imm_s() const { return store_offset(word_); }
  uint32_t imm_b() const {
    return (sign(19) & ~0xfffu) | (word_ << 4 & 0x800) | (word_ >> 20 & 0x7e0) | (word_ >> 7 & 30);
  }
  uint32_t imm_u() const { return word_ & ~0xfffu; }
  uint32_t imm_j() const {
    return (sign(11) & ~0xfffffu) | (word_ & 0xff000) | (word_ >> 9 & 0x800) |
           (word_ >> 20 & 0x7fe);
  }

  void rd(uint32_t value);
  /// A jump that leaves pc + 4 in rd; a branch. A target that is no word traps.
  void link(uint32_t target);
  void branch(bool taken);
  /// One access of the width of T, which for a load is also what extends it; may trap.
  template <class T>
  void load(uint32_t address) {
    uint32_t value = 0;
    if (access(address, sizeof(T), nullptr, &value)) rd(static_cast<uint32_t>(T(value)));
  }
  template <class T>
  void store(uint32_t address, uint32_t value) {
    static_assert(std::is_unsigned_v<T>);
    access(address, sizeof(T), &value, nullptr);
  }
  /// rd gets the register, the register gets `value`, or the bits of `value` set or cleared.
  void csr_write(uint32_t value) { csr(true, ~0u, value); }
  void csr_set(uint32_t bits) { csr(rs1_field() != 0, bits, bits); }
  void csr_clear(uint32_t bits) { csr(rs1_field() != 0, bits, 0); }
  void trap(uint32_t cause, uint32_t value);
  void leave_trap();
  void wait();

  uint32_t next() const { return next_; }
  /// Cycles until it retires or traps; and whether one follows in which nothing is executed.
  uint32_t cycles() const { return cycles_; }
  bool redirected() const { return redirected_; }
  bool waits() const { return waits_; }

 private:
  uint32_t sign(int bits) const {
    return static_cast<uint32_t>(static_cast<int32_t>(word_) >> bits);
  }
  bool access(uint32_t address, uint32_t bytes, const uint32_t* store, uint32_t* load);
  void csr(bool writes, uint32_t mask, uint32_t bits);
  void go(uint32_t target) { next_ = target, redirected_ = true; }

  Hart& hart_;
  uint32_t pc_, word_, next_;
  Retire* retire_;
  uint32_t cycles_ = 1;
  bool redirected_ = false;
  bool waits_ = false;
};

}  // namespace tercet::rv32

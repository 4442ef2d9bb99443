// SPDX-License-Identifier: Apache-2.0
#include "random_program.h"

#include <array>
#include <string_view>

#include "sim/rv32/csr_file.h"
#include "sim/rv32/instructions.h"
#include "tercet_hw.h"

namespace tercet {
namespace {

using rv32::Instruction;

constexpr uint32_t kBodyWords = 400;
constexpr uint32_t kBusBase = 0x40000000;
// Registers that mostly keep a pointer.
constexpr uint32_t kCode = 25, kTimer = 26, kBus = 27, kData = 28;

// Encodings (RISC-V unprivileged specification, section 2.2).
uint32_t i_type(uint32_t opcode, uint32_t funct3, uint32_t rd, uint32_t rs1, uint32_t imm) {
  return imm << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode;
}
uint32_t s_bits(uint32_t imm) { return (imm >> 5 & 0x7f) << 25 | (imm & 31) << 7; }
uint32_t b_bits(uint32_t imm) {
  return (imm >> 12 & 1) << 31 | (imm >> 5 & 0x3f) << 25 | (imm >> 1 & 15) << 8 |
         (imm >> 11 & 1) << 7;
}
uint32_t j_bits(uint32_t imm) {
  return (imm >> 20 & 1) << 31 | (imm >> 1 & 0x3ff) << 21 | (imm >> 11 & 1) << 20 |
         (imm >> 12 & 0xff) << 12;
}
uint32_t addi(uint32_t rd, uint32_t rs1, uint32_t imm) { return i_type(0x13, 0, rd, rs1, imm); }
uint32_t lui(uint32_t rd, uint32_t word) { return (word & ~0xfffu) | rd << 7 | 0x37; }
uint32_t sw(uint32_t rs2, uint32_t rs1, uint32_t imm) {
  return s_bits(imm) | rs2 << 20 | rs1 << 15 | 0x2023;
}
uint32_t csrrw(uint32_t rd, uint32_t csr, uint32_t rs1) { return i_type(0x73, 1, rd, rs1, csr); }
uint32_t csrr(uint32_t rd, uint32_t csr) { return i_type(0x73, 2, rd, 0, csr); }
constexpr uint32_t kMret = 0x30200073, kNop = 0x13;

uint32_t pick(Rng& rng, std::initializer_list<uint32_t> values) {
  return values.begin()[rng.below(values.size())];
}

uint32_t random_value(Rng& rng) {
  const auto word = static_cast<uint32_t>(rng.next());
  return rng.below(4) == 0 ? pick(rng, {0, 1, ~0u, 0x80000000, 0x7fffffff, 0xffff8000, word & 31})
                           : word;
}

class Writer {
 public:
  explicit Writer(Rng& rng) : rng_(rng) {}

  std::vector<uint32_t> write() {
    const uint32_t jump_over_handler = code_.size();
    emit(0);
    const uint32_t handler = here();
    write_handler();
    code_[jump_over_handler] = j_bits(here()) | 0x6f;
    set(1, handler);
    emit(csrrw(0, rv32::kMtvec, 1));
    set(1, 0x888);
    emit(csrrw(0, rv32::kMie, 1));
    emit(i_type(0x73, 6, 0, 8, rv32::kMstatus));  // csrrsi: interrupts on
    for (uint32_t r = 1; r < 32; ++r) set(r, random_value(rng_));
    set(kTimer, TERCET_CORE_BASE_TIMER);
    set(kBus, kBusBase);
    set(kData, TERCET_CORE_BASE_DTCM + TERCET_CORE_DTCM_BYTES / 2);
    // Some bodies end where the memory ends, and run over it.
    const bool at_end = rng_.below(4) == 0;
    body_ = at_end ? TERCET_CORE_ITCM_BYTES - 4 * kBodyWords : here() + 12;
    set(kCode, body_ + 2 * kBodyWords);
    emit(j_bits(body_ - here()) | 0x6f);
    while (here() < body_) emit(kNop);
    code_[lost_] = lui(31, body_ + 0x800);
    code_[lost_ + 1] = addi(31, 31, body_);
    while (here() < body_ + 4 * kBodyWords) {
      if (rng_.below(64) == 0) set_timer();
      emit(random_word());
    }
    if (at_end) {
      code_.resize(TERCET_CORE_ITCM_BYTES / 4);
    } else {
      emit(j_bits(body_ - here()) | 0x6f);
    }
    return code_;
  }

 private:
  uint32_t here() const { return static_cast<uint32_t>(4 * code_.size()); }
  void emit(uint32_t word) { code_.push_back(word); }
  void set(uint32_t rd, uint32_t value) {
    emit(lui(rd, value + 0x800));
    emit(addi(rd, rd, value));
  }

  /// Silences the timer's interrupts; goes on behind what trapped. Uses x30 and x31.
  void write_handler() {
    emit(csrr(31, rv32::kMcause));
    emit(b_bits(24) | 31 << 15 | 0x5063);  // bge x31, x0: no interrupt
    emit(lui(30, TERCET_CORE_BASE_TIMER));
    emit(addi(31, 0, ~0u));
    emit(sw(31, 30, TERCET_CORE_TIMER_MTIMECMP_HI));
    emit(sw(0, 30, TERCET_CORE_TIMER_MSIP));
    emit(kMret);
    emit(addi(30, 0, rv32::kFetchFault));
    emit(b_bits(20) | 30 << 20 | 31 << 15 | 0x63);  // beq x31, x30: lost
    emit(csrr(31, rv32::kMepc));
    emit(addi(31, 31, 4));
    emit(csrrw(0, rv32::kMepc, 31));
    emit(kMret);
    lost_ = code_.size();
    emit(0);
    emit(0);
    emit(csrrw(0, rv32::kMepc, 31));
    emit(kMret);
  }

  /// The timer's interrupt within the next cycles, or at once; or the software interrupt.
  void set_timer() {
    const auto delay = static_cast<uint32_t>(rng_.below(64));
    set(kTimer, TERCET_CORE_BASE_TIMER);
    if (rng_.below(4) == 0) {
      emit(addi(5, 0, 1));
      emit(sw(5, kTimer, TERCET_CORE_TIMER_MSIP));
      return;
    }
    emit(i_type(0x03, 2, 5, kTimer, TERCET_CORE_TIMER_MTIME_LO));
    emit(addi(5, 5, delay));
    emit(sw(5, kTimer, TERCET_CORE_TIMER_MTIMECMP_LO));
    emit(sw(0, kTimer, TERCET_CORE_TIMER_MTIMECMP_HI));
  }

  uint32_t random_word() {
    const uint32_t kind = rng_.below(64);
    const auto word = static_cast<uint32_t>(rng_.next());
    if (kind == 0) return word;
    if (kind == 1) return word | 3;  // at least no compressed instruction
    const auto table = rv32::instructions();
    const Instruction& one = table.begin()[rng_.below(table.end() - table.begin())];
    const std::string_view name = one.name;
    // mret goes back to the last trap: many of them are a loop.
    if (name == "mret" && rng_.below(16) != 0) return random_word();
    const bool rare = name == "wfi" || name == "ecall" || name == "ebreak";
    if (rare && rng_.below(4) != 0) return random_word();
    const uint32_t legal = shape(one, (word & ~one.mask) | one.match);
    return kind == 2 ? legal ^ 1u << rng_.below(32) : legal;
  }

  /// Gives an instruction operands that keep the program in the body and find the memories.
  uint32_t shape(const Instruction& one, uint32_t word) {
    const uint32_t opcode = one.match & 0x7f, funct3 = one.match >> 12 & 7;
    const bool writes = opcode != 0x63 && opcode != 0x23 && one.mask != ~0u;
    const uint32_t rd = word >> 7 & 31;
    if (writes && rd >= kCode && rd <= kData && rng_.below(16) != 0) word &= ~(16u << 7);
    if (rng_.below(3) == 0 && opcode != 0x37 && opcode != 0x17 && opcode != 0x6f &&
        one.mask != ~0u) {  // a hazard: the register written last
      word = (word & ~(31u << 15)) | last_rd_ << 15;
    }
    if (writes) last_rd_ = word >> 7 & 31;
    const uint32_t target =
        body_ + 4 * static_cast<uint32_t>(rng_.below(kBodyWords)) + (rng_.below(32) == 0 ? 2 : 0);
    switch (opcode) {
      case 0x63:
        return (word & 0x01fff07f) | b_bits(target - here());
      case 0x6f:
        return (word & 0xfff) | j_bits(target - here());
      case 0x67:
        return jalr(word);
      case 0x03:
      case 0x23:
        return access(word, opcode, funct3);
      case 0x73:
        return one.mask == ~0u ? word : csr(word, funct3);
      default:
        return word;
    }
  }

  uint32_t jalr(uint32_t word) {
    if (rng_.below(8) == 0) return word;
    const uint32_t offset = 4 * static_cast<uint32_t>(rng_.below(kBodyWords)) - 2 * kBodyWords;
    const uint32_t low = pick(rng_, {0, 0, 0, 0, 1, 1, 2, 3});
    return i_type(0x67, 0, word >> 7 & 31, kCode, offset + low);
  }

  uint32_t access(uint32_t word, uint32_t opcode, uint32_t funct3) {
    const uint32_t base = pick(rng_, {kData, kData, kData, kData, kData, kBus, kBus, kTimer,
                                      static_cast<uint32_t>(rng_.below(32))});
    auto offset = static_cast<uint32_t>(rng_.next()) & 0xfff;
    if (base == kTimer) offset &= 31;
    if (rng_.below(4) != 0) offset &= ~((1u << (funct3 & 3)) - 1);
    word &= 0x01f0707f & ~(31u << 15) & (opcode == 0x03 ? ~(31u << 20) : ~0u);
    word |= base << 15;
    if (opcode == 0x23) return word | s_bits(offset);
    const uint32_t rd = last_rd_;
    return word | offset << 20 | rd << 7;
  }

  uint32_t csr(uint32_t word, uint32_t funct3) {
    static constexpr std::array kUsual = {
        rv32::kMstatus, rv32::kMstatus, rv32::kMie,      rv32::kMie,       rv32::kMip,
        rv32::kMisa,    rv32::kMepc,    rv32::kMcause,   rv32::kMtval,     rv32::kMscratch,
        rv32::kMcycle,  rv32::kMcycleh, rv32::kMinstret, rv32::kMinstreth, rv32::kMvendorid,
        rv32::kMarchid, rv32::kMimpid,  rv32::kMhartid,  rv32::kMconfigptr};
    uint32_t number = kUsual[rng_.below(kUsual.size())];
    if (rng_.below(8) == 0) number = static_cast<uint32_t>(rng_.below(4096));
    // Without a write most of the time where one would end the program, or its interrupts.
    const bool fragile = number == rv32::kMtvec || number == rv32::kMie;
    if (rng_.below(2) == 0 || (fragile && rng_.below(32) != 0)) {
      return i_type(0x73, 2 | (funct3 & 4), word >> 7 & 31, 0, number);
    }
    return (word & 0xfffff) | number << 20;
  }

  Rng& rng_;
  std::vector<uint32_t> code_;
  size_t lost_ = 0;
  uint32_t body_ = 0;
  uint32_t last_rd_ = 0;
};

}  // namespace

std::vector<uint32_t> random_program(Rng& rng) { return Writer(rng).write(); }

}  // namespace tercet

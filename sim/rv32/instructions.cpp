// SPDX-License-Identifier: Apache-2.0
// RISC-V unprivileged specification 20191213, chapters 2 (RV32I) and 9 (Zicsr); privileged 1.12,
// chapter 3.
#include "sim/rv32/instructions.h"

#include <iterator>

#include "sim/rv32/execution.h"

namespace tercet::rv32 {
namespace {

using X = Execution;
int32_t s(uint32_t word) { return static_cast<int32_t>(word); }

// clang-format off
constexpr Instruction kTable[] = {
    {"lui",    0x0000007f, 0x00000037, [](X& x) { x.rd(x.imm_u()); }},
    {"auipc",  0x0000007f, 0x00000017, [](X& x) { x.rd(x.pc() + x.imm_u()); }},
    {"jal",    0x0000007f, 0x0000006f, [](X& x) { x.link(x.pc() + x.imm_j()); }},
    {"jalr",   0x0000707f, 0x00000067, [](X& x) { x.link((x.rs1() + x.imm_i()) & ~1u); }},

    {"beq",    0x0000707f, 0x00000063, [](X& x) { x.branch(x.rs1() == x.rs2()); }},
    {"bne",    0x0000707f, 0x00001063, [](X& x) { x.branch(x.rs1() != x.rs2()); }},
    {"blt",    0x0000707f, 0x00004063, [](X& x) { x.branch(s(x.rs1()) < s(x.rs2())); }},
    {"bge",    0x0000707f, 0x00005063, [](X& x) { x.branch(s(x.rs1()) >= s(x.rs2())); }},
    {"bltu",   0x0000707f, 0x00006063, [](X& x) { x.branch(x.rs1() < x.rs2()); }},
    {"bgeu",   0x0000707f, 0x00007063, [](X& x) { x.branch(x.rs1() >= x.rs2()); }},

    {"lb",     0x0000707f, 0x00000003, [](X& x) { x.load<int8_t>(x.rs1() + x.imm_i()); }},
    {"lh",     0x0000707f, 0x00001003, [](X& x) { x.load<int16_t>(x.rs1() + x.imm_i()); }},
    {"lw",     0x0000707f, 0x00002003, [](X& x) { x.load<int32_t>(x.rs1() + x.imm_i()); }},
    {"lbu",    0x0000707f, 0x00004003, [](X& x) { x.load<uint8_t>(x.rs1() + x.imm_i()); }},
    {"lhu",    0x0000707f, 0x00005003, [](X& x) { x.load<uint16_t>(x.rs1() + x.imm_i()); }},
    {"sb",     0x0000707f, 0x00000023, [](X& x) { x.store<uint8_t>(x.rs1() + x.imm_s(), x.rs2()); }},
    {"sh",     0x0000707f, 0x00001023, [](X& x) { x.store<uint16_t>(x.rs1() + x.imm_s(), x.rs2()); }},
    {"sw",     0x0000707f, 0x00002023, [](X& x) { x.store<uint32_t>(x.rs1() + x.imm_s(), x.rs2()); }},

    {"addi",   0x0000707f, 0x00000013, [](X& x) { x.rd(x.rs1() + x.imm_i()); }},
    {"slti",   0x0000707f, 0x00002013, [](X& x) { x.rd(s(x.rs1()) < s(x.imm_i())); }},
    {"sltiu",  0x0000707f, 0x00003013, [](X& x) { x.rd(x.rs1() < x.imm_i()); }},
    {"xori",   0x0000707f, 0x00004013, [](X& x) { x.rd(x.rs1() ^ x.imm_i()); }},
    {"ori",    0x0000707f, 0x00006013, [](X& x) { x.rd(x.rs1() | x.imm_i()); }},
    {"andi",   0x0000707f, 0x00007013, [](X& x) { x.rd(x.rs1() & x.imm_i()); }},
    {"slli",   0xfe00707f, 0x00001013, [](X& x) { x.rd(x.rs1() << x.shamt()); }},
    {"srli",   0xfe00707f, 0x00005013, [](X& x) { x.rd(x.rs1() >> x.shamt()); }},
    {"srai",   0xfe00707f, 0x40005013, [](X& x) { x.rd(s(x.rs1()) >> x.shamt()); }},

    {"add",    0xfe00707f, 0x00000033, [](X& x) { x.rd(x.rs1() + x.rs2()); }},
    {"sub",    0xfe00707f, 0x40000033, [](X& x) { x.rd(x.rs1() - x.rs2()); }},
    {"sll",    0xfe00707f, 0x00001033, [](X& x) { x.rd(x.rs1() << (x.rs2() & 31)); }},
    {"slt",    0xfe00707f, 0x00002033, [](X& x) { x.rd(s(x.rs1()) < s(x.rs2())); }},
    {"sltu",   0xfe00707f, 0x00003033, [](X& x) { x.rd(x.rs1() < x.rs2()); }},
    {"xor",    0xfe00707f, 0x00004033, [](X& x) { x.rd(x.rs1() ^ x.rs2()); }},
    {"srl",    0xfe00707f, 0x00005033, [](X& x) { x.rd(x.rs1() >> (x.rs2() & 31)); }},
    {"sra",    0xfe00707f, 0x40005033, [](X& x) { x.rd(s(x.rs1()) >> (x.rs2() & 31)); }},
    {"or",     0xfe00707f, 0x00006033, [](X& x) { x.rd(x.rs1() | x.rs2()); }},
    {"and",    0xfe00707f, 0x00007033, [](X& x) { x.rd(x.rs1() & x.rs2()); }},

    // One hart whose accesses happen in order, and memory for instructions that no store reaches.
    {"fence",  0x0000707f, 0x0000000f, [](X&) {}},
    {"fence.i", 0x0000707f, 0x0000100f, [](X&) {}},

    {"ecall",  0xffffffff, 0x00000073, [](X& x) { x.trap(kEnvironmentCall, 0); }},
    {"ebreak", 0xffffffff, 0x00100073, [](X& x) { x.trap(kBreakpoint, 0); }},
    {"mret",   0xffffffff, 0x30200073, [](X& x) { x.leave_trap(); }},
    {"wfi",    0xffffffff, 0x10500073, [](X& x) { x.wait(); }},

    {"csrrw",  0x0000707f, 0x00001073, [](X& x) { x.csr_write(x.rs1()); }},
    {"csrrs",  0x0000707f, 0x00002073, [](X& x) { x.csr_set(x.rs1()); }},
    {"csrrc",  0x0000707f, 0x00003073, [](X& x) { x.csr_clear(x.rs1()); }},
    {"csrrwi", 0x0000707f, 0x00005073, [](X& x) { x.csr_write(x.rs1_field()); }},
    {"csrrsi", 0x0000707f, 0x00006073, [](X& x) { x.csr_set(x.rs1_field()); }},
    {"csrrci", 0x0000707f, 0x00007073, [](X& x) { x.csr_clear(x.rs1_field()); }},
};
constexpr Instruction kIllegal =
    {"illegal", 0, 0,          [](X& x) { x.trap(kIllegalInstruction, x.word()); }};
// clang-format on

}  // namespace

InstructionTable instructions() { return {std::begin(kTable), std::end(kTable)}; }

const Instruction& decode(uint32_t word) {
  for (const Instruction& one : kTable) {
    if ((word & one.mask) == one.match) return one;
  }
  return kIllegal;
}

}  // namespace tercet::rv32

// SPDX-License-Identifier: Apache-2.0
// The smallest firmware that serves a ring of gemm commands, each of which must be a good one.
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "assembler.h"
#include "tercet_hw.h"

namespace tercet {

/// Sleeps until a doorbell; for each command: the mover loads it, the engine runs it, the mover
/// stores a completion of sequence, opcode and index. Counts must not wrap.
inline std::vector<uint32_t> tiny_firmware(uint32_t axi_bytes) {
  constexpr uint32_t kValue = 7, kRetired = 8, kBoot = 9, kOffset = 10, kSequence = 11, kWant = 12;
  constexpr uint32_t kRegisters = 5, kBuffer = 6;
  constexpr uint32_t kMie = 0x304;
  const uint32_t doorbell = tercet_core_irq_pack({1, 0, 0, 0});
  const uint32_t moved = tercet_core_irq_pack({0, 0, 0, 1});
  Assembler a;
  const auto set = [&a](uint32_t offset, uint32_t value) {
    a.li(kValue, static_cast<int32_t>(value));
    a.sw(kValue, offset, kRegisters);
  };
  /// One record between the ring whose address is at `boot` and the buffer.
  const auto move = [&](uint32_t boot, uint32_t address_register, uint32_t go) {
    a.lw(kValue, boot, kBoot);
    a.add(kValue, kValue, kOffset);
    a.sw(kValue, address_register, kRegisters);
    a.lw(kValue, boot + 4, kBoot);
    a.sw(kValue, address_register + 4, kRegisters);
    set(TERCET_CSR_MOVER_GO, go);
    const uint32_t wait = a.here();
    a.wfi();
    a.lw(kValue, TERCET_CSR_CORE_IRQ, kRegisters);
    a.andi(kValue, kValue, static_cast<int32_t>(moved));
    a.beq(kValue, 0, wait);
    a.sw(kValue, TERCET_CSR_CORE_IRQ, kRegisters);
  };

  a.lui(kRegisters, TERCET_CORE_BASE_REGISTERS);
  a.lui(kBuffer, TERCET_CORE_BASE_MOVER);
  a.lui(kBoot, TERCET_CORE_BASE_DTCM);
  set(TERCET_CSR_MOVER_BEATS, TERCET_RECORD_BYTES / axi_bytes);
  set(TERCET_CSR_CORE_IRQ_ENABLE, doorbell | moved);
  a.lui(kValue, 0x1000);  // MEIE is bit 11
  a.addi(kValue, kValue, -2048);
  a.csrrs(0, kMie, kValue);
  set(TERCET_CSR_FW_STATE, TERCET_FW_PHASE_READY);
  a.lw(kRetired, TERCET_CSR_RETIRED, kRegisters);

  const uint32_t sleep = a.here();
  a.wfi();
  set(TERCET_CSR_CORE_IRQ, doorbell);
  const uint32_t next = a.here();
  a.lw(kValue, TERCET_CSR_DOORBELL, kRegisters);
  a.beq(kRetired, kValue, sleep);
  a.slli(kOffset, kRetired, 6);
  move(8, TERCET_CSR_MOVER_SRC_LO, tercet_mover_go_pack({1, 0, 0}));

  // The descriptor's words, and parts of words, to the engine.
  a.lhu(kValue, 8, kBuffer);
  a.sw(kValue, TERCET_CSR_CMD_M, kRegisters);
  a.lbu(kValue, 10, kBuffer);
  a.sw(kValue, TERCET_CSR_CMD_MTILE, kRegisters);
  a.lbu(kValue, 1, kBuffer);
  a.sw(kValue, TERCET_CSR_CMD_FLAGS, kRegisters);
  constexpr std::array<std::pair<uint32_t, uint32_t>, 9> kWords = {{{12, TERCET_CSR_CMD_N},
                                                                    {16, TERCET_CSR_CMD_K},
                                                                    {20, TERCET_CSR_CMD_WBEATS},
                                                                    {24, TERCET_CSR_CMD_ACT_LO},
                                                                    {28, TERCET_CSR_CMD_ACT_HI},
                                                                    {32, TERCET_CSR_CMD_WGT_LO},
                                                                    {36, TERCET_CSR_CMD_WGT_HI},
                                                                    {40, TERCET_CSR_CMD_OUT_LO},
                                                                    {44, TERCET_CSR_CMD_OUT_HI}}};
  for (const auto& [word, offset] : kWords) {
    a.lw(kValue, word, kBuffer);
    a.sw(kValue, offset, kRegisters);
  }
  set(TERCET_CSR_START, tercet_start_pack({1}));
  a.addi(kWant, kRetired, 1);
  const uint32_t wait = a.here();
  a.lw(kValue, TERCET_CSR_COMPLETED, kRegisters);
  a.bne(kValue, kWant, wait);

  a.lw(kSequence, 4, kBuffer);
  for (uint32_t word = 0; word < TERCET_RECORD_BYTES; word += 4) a.sw(0, word, kBuffer);
  a.sw(kSequence, 0, kBuffer);
  a.li(kValue, TERCET_OPCODE_GEMM);
  a.sb(kValue, 5, kBuffer);
  a.sw(kRetired, 8, kBuffer);
  move(16, TERCET_CSR_MOVER_DST_LO, tercet_mover_go_pack({0, 1, 0}));
  a.addi(kRetired, kRetired, 1);
  a.sw(kRetired, TERCET_CSR_RETIRED, kRegisters);
  set(TERCET_CSR_HOST_IRQ_SET, tercet_host_irq_set_pack({1, 0}));
  a.jump(next);
  return a.words();
}

}  // namespace tercet

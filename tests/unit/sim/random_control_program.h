// SPDX-License-Identifier: Apache-2.0
// Seeded random programs for the control core in its machine: registers, mover, timer, interrupts.
#pragma once

#include <cstdint>
#include <iterator>
#include <random>
#include <vector>

#include "tercet_hw.h"
#include "tests/hw/core/assembler.h"

namespace tercet {

/// Sets up traps and registers and then runs a random body for ever. Every access may hit anything,
/// faults included; the handler goes on behind what trapped and notes the cause in data memory.
class RandomControlProgram {
 public:
  RandomControlProgram(const tercet_config& machine, std::mt19937_64& rng)
      : machine_(machine), rng_(rng) {}

  /// Where the mover works, apart from the products: what is read while it is written depends on
  /// more than cycles.
  static constexpr uint32_t kMoverBase = 2u << 20;

  std::vector<uint32_t> make() {
    a_.jump(0);  // replaced below: the handler comes first, at address 4
    handler();
    const uint32_t start = a_.here();
    setup();
    const uint32_t body = a_.here();
    for (int i = 0; i < kSnippets; ++i) snippet();
    a_.jump(body);
    std::vector<uint32_t> words = a_.words();
    const uint32_t by = 4 * start;  // jal x0
    words[0] = (by & 0x7fe) << 20 | (by & 0x800) << 9 | (by & 0xff000) | 0x6f;
    return words;
  }

 private:
  static constexpr int kSnippets = 60;
  static constexpr uint32_t kTimer = 4, kRegisters = 5, kBuffer = 6, kData = 9, kOne = 17;
  static constexpr uint32_t kTrap = 28, kTrapValue = 29;  // the handler's own
  static constexpr uint32_t kMstatus = 0x300, kMie = 0x304, kMtvec = 0x305, kMepc = 0x341;
  static constexpr uint32_t kMcause = 0x342, kMip = 0x344, kMcycle = 0xb00, kMinstret = 0xb02;

  uint32_t below(uint32_t n) { return static_cast<uint32_t>(rng_() % n); }
  uint32_t any() { return 10 + below(6); }  // x10 to x15 hold whatever

  void handler() {
    a_.csrrs(kTrap, kMcause, 0);
    a_.sw(kTrap, 0, kData);
    a_.lw(kTrapValue, 4, kData);
    a_.addi(kTrapValue, kTrapValue, 1);
    a_.sw(kTrapValue, 4, kData);
    const uint32_t fault = a_.here() + 11;
    a_.blt(kTrap, 0, a_.here() + 5);
    a_.csrrs(kTrapValue, kMepc, 0);
    a_.addi(kTrapValue, kTrapValue, 4);
    a_.csrrw(0, kMepc, kTrapValue);
    a_.jump(fault);
    // An interrupt: all that can be cleared is, and the timer goes far away.
    a_.li(kTrapValue, -1);
    a_.sw(kTrapValue, TERCET_CSR_CORE_IRQ, kRegisters);
    a_.sw(kTrapValue, TERCET_CSR_IRQ, kRegisters);
    a_.sw(kTrapValue, TERCET_CORE_TIMER_MTIMECMP_HI, kTimer);
    a_.sw(0, TERCET_CORE_TIMER_MSIP, kTimer);
    a_.li(kTrapValue, 0);
    a_.mret();
  }

  void setup() {
    a_.li(kTrap, 4);
    a_.csrrw(0, kMtvec, kTrap);
    a_.lui(kRegisters, TERCET_CORE_BASE_REGISTERS);
    a_.lui(kBuffer, TERCET_CORE_BASE_MOVER);
    a_.lui(kTimer, TERCET_CORE_BASE_TIMER);
    a_.lui(kData, TERCET_CORE_BASE_DTCM);
    for (uint32_t x = 10; x < 16; ++x) a_.constant(x, static_cast<uint32_t>(rng_()));
    a_.li(kOne, 1);
    a_.constant(16, below(4) == 0 ? 0 : 0x888);
    a_.csrrw(0, kMie, 16);
    a_.li(16, static_cast<int32_t>(below(16)));
    a_.sw(16, TERCET_CSR_CORE_IRQ_ENABLE, kRegisters);
    if (below(2) == 0) interrupts(true);
  }

  void interrupts(bool on) {
    a_.li(16, on ? 8 : 0);
    a_.csrrw(0, kMstatus, 16);
  }

  void timer() {
    a_.lw(16, TERCET_CORE_TIMER_MTIME_LO, kTimer);
    a_.addi(16, 16, static_cast<int32_t>(below(300)));
    a_.sw(16, TERCET_CORE_TIMER_MTIMECMP_LO, kTimer);
    a_.sw(0, TERCET_CORE_TIMER_MTIMECMP_HI, kTimer);
  }

  void move() {
    const auto set = [this](uint32_t offset, uint32_t value) {
      a_.constant(16, value);
      a_.sw(16, offset, kRegisters);
    };
    const auto address = [this] {
      return kMoverBase + below(400) * 4096 + below(200) * machine_.axi_bytes;
    };
    set(TERCET_CSR_MOVER_SRC_LO, address());
    set(TERCET_CSR_MOVER_DST_LO, address());
    set(TERCET_CSR_MOVER_BEATS, 1 + below(below(3) == 0 ? 60 : 8));
    set(TERCET_CSR_MOVER_GO, 1u << below(3));
    if (below(2) != 0) return;
    const uint32_t wait = a_.here();
    a_.lw(16, TERCET_CSR_MOVER_STATUS, kRegisters);
    a_.andi(16, 16, 1);
    a_.bne(16, 0, wait);
  }

  void loop() {
    a_.li(16, static_cast<int32_t>(1 + below(20)));
    const uint32_t again = a_.here();
    a_.addi(16, 16, -1);
    if (below(2) == 0) a_.add(any(), any(), 16);
    a_.bne(16, 0, again);
  }

  void data() {
    const uint32_t offset = 64 + 4 * below(200);
    if (below(2) == 0) {
      a_.lw(any(), offset, kData);
    } else {
      a_.sw(any(), offset, kData);
    }
  }

  void buffer() {
    const uint32_t word = 4 * below(below(20) == 0 ? 511 : 16);
    switch (below(5)) {
      case 0:
        return a_.lw(any(), word, kBuffer);
      case 1:
        return a_.sw(any(), word, kBuffer);
      case 2:
        return a_.lb(any(), word + below(4), kBuffer);
      case 3:
        return a_.sb(any(), word + below(4), kBuffer);
      default:
        return a_.sh(any(), word + 2 * below(2), kBuffer);
    }
  }

  void registers() {
    static constexpr uint32_t kWritten[] = {TERCET_CSR_IRQ,
                                            TERCET_CSR_CMD_MTILE,
                                            TERCET_CSR_CMD_ACT_LO,
                                            TERCET_CSR_HOST_IRQ_SET,
                                            TERCET_CSR_HOST_IRQ_ENABLE,
                                            TERCET_CSR_CORE_IRQ,
                                            TERCET_CSR_CORE_IRQ_ENABLE,
                                            TERCET_CSR_DOORBELL,
                                            TERCET_CSR_ABORT,
                                            TERCET_CSR_RETIRED,
                                            TERCET_CSR_FW_STATE,
                                            TERCET_CSR_STATUS,
                                            TERCET_CSR_START};
    switch (below(4)) {
      case 0:
        return a_.sw(any(), kWritten[below(std::size(kWritten))], kRegisters);
      case 1:
        return a_.lbu(any(), below(0x300), kRegisters);
      case 2:
        return a_.lw(any(), TERCET_CSR_CORE_CTRL + 4 * below(25), kRegisters);
      default:
        return a_.lw(any(), 4 * below(0xc0), kRegisters);
    }
  }

  void snippet() {
    switch (below(24)) {
      case 0:
        return timer();
      case 1:
        return move();
      case 2:
        return loop();
      case 3:
        return a_.csrrs(any(), kMip, 0);
      case 4:
        return a_.csrrs(any(), below(2) == 0 ? kMcycle : kMinstret, 0);
      case 5:
        return interrupts(below(2) == 0);
      case 6:
        timer();
        return a_.wfi();
      case 7:
        return below(4) == 0 ? a_.wfi() : data();
      case 8:
        return below(8) == 0 ? a_.sw(0, TERCET_CSR_CORE_CTRL, kRegisters) : data();
      case 9:
        return a_.sw(kOne, TERCET_CORE_TIMER_MSIP, kTimer);
      case 10:
        return a_.lw(any(), 4 * below(8), kTimer);
      case 11:
      case 12:
      case 13:
        return buffer();
      case 14:
      case 15:
      case 16:
      case 17:
        return registers();
      case 18:
      case 19:
        return data();
      default:
        return a_.add(any(), any(), any());
    }
  }

  const tercet_config& machine_;
  std::mt19937_64& rng_;
  Assembler a_;
};

}  // namespace tercet

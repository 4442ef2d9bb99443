// SPDX-License-Identifier: Apache-2.0
// Register reads and writes that must succeed, and what every driver does with them.
#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "host_driver/transport.h"
#include "tercet_hw.h"

namespace tercet {

/// The halves of an address, for the two registers or words that hold it.
constexpr uint32_t low_word(uint64_t address) { return static_cast<uint32_t>(address); }
constexpr uint32_t high_word(uint64_t address) { return static_cast<uint32_t>(address >> 32); }

/// The performance counters (docs/registers.md), indexed by TERCET_COUNTER_*.
using Counters = std::array<uint64_t, TERCET_COUNTER_COUNT>;

/// Borrows both. Every function throws Error naming the register if the bus answers with an error.
class RegisterAccess {
 public:
  static constexpr uint64_t kPollCycles = 64;  ///< between two looks at a register

  RegisterAccess(Transport& transport, const tercet_config& machine)
      : transport_(transport), machine_(machine) {}

  uint32_t read(uint32_t offset);
  void write(uint32_t offset, uint32_t value);

  Counters read_counters();

  /// Asks `done` until it says yes, and lets time pass in between. False if it has not after
  /// `max_cycles`.
  bool poll(uint64_t max_cycles, const std::function<bool()>& done);

  /// Checks ID, VERSION, CONFIG_HASH and GEOMETRY against the machine. Throws Error naming the
  /// register, what it holds and what was expected.
  void check_identity();

  /// Soft-resets the engine and waits until it is idle. Throws TimeoutError if it stays busy.
  void reset_engine(bool irq_enable);

 private:
  void expect(uint32_t offset, const char* name, uint32_t wanted);

  Transport& transport_;
  const tercet_config& machine_;
};

}  // namespace tercet

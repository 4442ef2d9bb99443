// SPDX-License-Identifier: Apache-2.0
// Register reads and writes that must succeed, and what every driver does with them.
#pragma once

#include <cstdint>

#include "host_driver/transport.h"
#include "tercet_hw.h"

namespace tercet {

/// Borrows both. Every function throws Error naming the register if the bus answers with an error.
class RegisterAccess {
 public:
  RegisterAccess(Transport& transport, const tercet_config& machine)
      : transport_(transport), machine_(machine) {}

  uint32_t read(uint32_t offset);
  void write(uint32_t offset, uint32_t value);

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

// SPDX-License-Identifier: Apache-2.0
// How the driver reaches a machine: registers, device memory, the interrupt line and time; and what
// a machine can do wrong.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"

namespace tercet {

/// An AXI response code (AMBA AXI specification, table "RRESP and BRESP encoding").
enum class BusResponse : uint8_t { kOkay = 0, kExOkay = 1, kSlverr = 2, kDecerr = 3 };

/// One machine. Registers are those of docs/registers.md; what they do is in docs/machine.md.
/// A machine is driven by one thread. Simulated time passes only inside csr_read, csr_write and
/// wait_irq, never in mem_read and mem_write.
class Transport {
 public:
  virtual ~Transport() = default;

  /// Reads the register at byte `offset` (TERCET_CSR_*). `value` is set when the answer is kOkay.
  /// Throws Error if the machine does not answer.
  virtual BusResponse csr_read(uint32_t offset, uint32_t* value) = 0;

  /// Writes the register at byte `offset`. kSlverr: the machine refused it (a command register
  /// while a start is pending). Throws Error if the machine does not answer.
  virtual BusResponse csr_write(uint32_t offset, uint32_t value) = 0;

  /// Lets at most `max_cycles` cycles pass. Returns true as soon as the interrupt line is high,
  /// at once if it is high already; false when the cycles are over.
  virtual bool wait_irq(uint64_t max_cycles) = 0;

  /// The host's own access to device memory: addresses [address, address + bytes) in mem_size().
  /// Throws Error outside.
  virtual void mem_read(uint64_t address, void* data, uint64_t bytes) = 0;
  virtual void mem_write(uint64_t address, const void* data, uint64_t bytes) = 0;

  /// Bytes of device memory; it starts at address 0.
  virtual uint64_t mem_size() const = 0;

  /// Cycles since power-on.
  virtual uint64_t cycle() const = 0;
};

/// The machine answered with one of its error codes (TERCET_ERR_*).
class DeviceError : public Error {
 public:
  DeviceError(uint32_t code, const std::string& message) : Error(message), code_(code) {}
  uint32_t code() const { return code_; }

 private:
  uint32_t code_;
};

/// The machine did not finish in time.
class TimeoutError : public Error {
 public:
  using Error::Error;
};

/// The firmware refused to boot or stopped.
class FirmwareError : public Error {
 public:
  using Error::Error;
};

}  // namespace tercet

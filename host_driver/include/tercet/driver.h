// SPDX-License-Identifier: Apache-2.0
// The register-level driver: identity, commands in flight, errors, performance counters.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>

#include "tercet/layout.h"
#include "tercet/model/error.h"
#include "tercet/transport.h"

namespace tercet {

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

/// One command: out[m][n] = act[m][k] * weights[n][k]^T, all three in device memory as
/// docs/machine.md lays them out. Addresses are multiples of a beat.
struct Gemm {
  int64_t m = 0;
  int64_t n = 0;
  int64_t k = 0;
  int64_t m_tile = 0;  ///< 1 .. max_m_tile(machine, k)
  Packing packing = Packing::kTwoBit;
  uint64_t activations = 0;
  uint64_t weights = 0;
  uint64_t outputs = 0;
};

/// The performance counters (docs/registers.md), indexed by TERCET_COUNTER_*.
using Counters = std::array<uint64_t, TERCET_COUNTER_COUNT>;

/// Drives one machine. Transactions are start / wait; commands complete in order and at most two
/// are in flight. Every wait has a limit in cycles. After an error or a timeout the machine has
/// been soft-reset, no command is in flight, and the next good command works.
class Driver {
 public:
  /// Cycles a command may take when the caller gives no limit: a fixed part and a multiple of
  /// what an ideal memory needs, so that only a machine that hangs runs into it.
  static uint64_t default_timeout(const tercet_config& machine, const Gemm& gemm);

  /// Checks ID, VERSION, CONFIG_HASH and GEOMETRY against `machine`, resets the engine and enables
  /// its interrupt. Throws Error naming the register, what it holds and what was expected.
  /// `timeout_cycles` 0: default_timeout of each command.
  Driver(Transport& transport, const tercet_config& machine, uint64_t timeout_cycles = 0);

  const tercet_config& machine() const { return machine_; }
  Transport& transport() { return transport_; }

  /// Queues a command and returns its ticket. With two in flight it first waits for the older one.
  /// Throws Error naming field and limit if a register cannot hold a size, and DeviceError or
  /// TimeoutError if the machine fails meanwhile. Whether the shape makes sense is the machine's
  /// to say.
  uint64_t start(const Gemm& gemm);

  /// Waits until the command of `ticket` has written its last byte.
  void wait(uint64_t ticket);

  /// Waits for all commands in flight.
  void wait_all();

  /// Drops all commands and brings the machine back to idle. Throws TimeoutError if it stays busy.
  void reset();

  /// The counters since power-on or clear_counters().
  Counters read_counters();
  void clear_counters();

 private:
  struct Pending {
    uint64_t ticket;
    Gemm gemm;
  };

  uint32_t read(uint32_t offset);
  void write(uint32_t offset, uint32_t value);
  void expect(uint32_t offset, const char* name, uint32_t wanted);
  void check_fields(const Gemm& gemm) const;
  void write_command(const Gemm& gemm);
  bool update();
  uint64_t deadline(const Gemm& gemm) const;
  [[noreturn]] void fail_with_error(uint32_t code);
  [[noreturn]] void fail_with_timeout(uint64_t limit);

  Transport& transport_;
  const tercet_config& machine_;
  uint64_t timeout_cycles_;
  uint64_t next_ticket_ = 1;
  uint64_t done_ticket_ = 0;  // the newest completed
  uint32_t completed_ = 0;    // COMPLETED when it was last read
  std::deque<Pending> pending_;
};

/// "M=1 N=2560 K=2560 m_tile=1 packing=two_bit".
std::string describe(const Gemm& gemm);

}  // namespace tercet

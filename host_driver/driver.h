// SPDX-License-Identifier: Apache-2.0
// The register-level driver: the host itself starts commands on the engine; the core is stopped.
#pragma once

#include <cstdint>
#include <deque>

#include "host_driver/command_port.h"
#include "host_driver/register_access.h"

namespace tercet {

/// Drives one machine. At most two commands are in flight. Every wait has a limit in cycles. After
/// an error or a timeout the machine has been soft-reset.
class Driver : public CommandPort {
 public:
  /// Checks ID, VERSION, CONFIG_HASH and GEOMETRY against `machine`, resets the engine and enables
  /// its interrupt. Throws Error naming the register, what it holds and what was expected.
  /// `timeout_cycles` 0: default_timeout of each command.
  Driver(Transport& transport, const tercet_config& machine, uint64_t timeout_cycles = 0);

  const tercet_config& machine() const override { return machine_; }
  Transport& transport() override { return transport_; }
  uint64_t memory_end() const override { return transport_.mem_size(); }

  uint64_t start(const Gemm& gemm) override;
  void wait(uint64_t ticket) override;
  void wait_all() override;
  void reset() override;
  Counters read_counters() override { return registers_.read_counters(); }
  void clear_counters() override;

 private:
  struct Pending {
    uint64_t ticket;
    Gemm gemm;
  };

  uint32_t read(uint32_t offset) { return registers_.read(offset); }
  void write(uint32_t offset, uint32_t value) { registers_.write(offset, value); }
  void write_command(const Gemm& gemm);
  bool update();
  uint64_t deadline(const Gemm& gemm) const;
  [[noreturn]] void fail_with_error(uint32_t code);
  [[noreturn]] void fail_with_timeout(uint64_t limit);

  Transport& transport_;
  const tercet_config& machine_;
  RegisterAccess registers_;
  uint64_t timeout_cycles_;
  uint64_t next_ticket_ = 1;
  uint64_t done_ticket_ = 0;  // the newest completed
  uint32_t completed_ = 0;    // COMPLETED when it was last read
  std::deque<Pending> pending_;
};

}  // namespace tercet

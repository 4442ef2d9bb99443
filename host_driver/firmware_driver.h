// SPDX-License-Identifier: Apache-2.0
// Products through the firmware's rings.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "host_driver/command_port.h"
#include "host_driver/command_queue.h"

namespace tercet {

/// Why a command of the ring failed: "gemm M=1 N=64 ...: device error bad_window (35): outputs
/// [0x..., +0x100) is in no window that allows writing; windows: ..." names the command, the field
/// and its limit.
std::string describe_failure(const tercet_config& machine, const QueueOptions& options,
                             const Descriptor& words, const tercet_completion& completion);

/// Boots a machine and queues its commands, as many as the ring holds. The rings lie at the end of
/// device memory, and one window is everything below.
class FirmwareDriver : public CommandPort {
 public:
  /// `timeout_cycles`: what a command may be on the engine before its watchdog ends it; 0: no
  /// watchdog, and default_timeout of each command as the limit of waits.
  FirmwareDriver(Transport& transport, const tercet_config& machine, const FirmwareImage& image,
                 uint64_t timeout_cycles = 0);

  /// Where the rings are, and the window.
  static QueueOptions place_rings(const Transport& transport, uint64_t timeout_cycles);

  const tercet_config& machine() const override { return queue_.machine(); }
  Transport& transport() override { return queue_.transport(); }
  uint64_t memory_end() const override { return queue_.options().queue; }
  CommandQueue& queue() { return queue_; }

  uint64_t start(const Gemm& gemm) override;
  /// One doorbell for as many as fit into the ring.
  std::vector<uint64_t> start_all(const std::vector<Gemm>& gemms) override;
  void wait(uint64_t ticket) override;
  void wait_all() override;
  void reset() override;
  Counters read_counters() override;
  void clear_counters() override;

  /// Copies device memory to device memory; waits for it. Multiples of a beat, no overlap.
  void copy(uint64_t source, uint64_t target, uint32_t bytes);

 private:
  struct Pending {
    uint64_t ticket;
    Descriptor words;
    uint64_t cycles;  // limit of its wait
  };

  uint64_t push(const Gemm& gemm);
  uint64_t push(const Descriptor& words, uint64_t cycles);
  void settle(uint64_t ticket);
  void drain();
  [[noreturn]] void fail_with_timeout(const std::string& what);

  CommandQueue queue_;
  uint64_t timeout_cycles_;
  std::deque<Pending> pending_;
  uint64_t done_ticket_ = 0;
  Counters base_{};
};

}  // namespace tercet

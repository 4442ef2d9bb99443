// SPDX-License-Identifier: Apache-2.0
// The host's side of docs/programming.md: boot, the two rings, interrupts, abort.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "host_driver/firmware_image.h"
#include "host_driver/layout.h"
#include "host_driver/register_access.h"
#include "host_driver/transport.h"

namespace tercet {

/// A command descriptor: 16 words, made by tercet_*_command_pack.
using Descriptor = std::array<uint32_t, TERCET_RECORD_BYTES / 4>;

/// A range of device memory that commands may use.
struct Window {
  uint64_t base = 0;    ///< a multiple of kPageBytes
  uint64_t bytes = 0;   ///< a multiple of kPageBytes
  uint32_t access = 0;  ///< a sum of TERCET_WINDOW_ACCESS_*
};

struct QueueOptions {
  uint32_t queue_log2 = 6;
  uint32_t completion_log2 = 6;
  uint64_t queue = 0;           ///< address of the command ring
  uint64_t completions = 0;     ///< address of the completion ring
  std::vector<Window> windows;  ///< at most TERCET_WINDOWS
  uint32_t watchdog = 0;        ///< cycles a command may be on the engine; 0: no limit
};

/// Bytes of a ring of 2^log2 records, whole pages.
uint64_t ring_bytes(uint32_t log2);

/// The boot block that `options` ask for. Throws Error naming the field and its limit.
tercet_boot_block make_boot_block(const tercet_config& machine, const QueueOptions& options);

/// Rings of one booted machine. Commands are numbered from 1 since the constructor, over reboots
/// too; the number is also a descriptor's sequence (its low 32 bits). No wait is without a limit.
class CommandQueue {
 public:
  /// Checks the machine's identity and boots it. Throws Error, FirmwareError or TimeoutError.
  CommandQueue(Transport& transport, const tercet_config& machine, FirmwareImage image,
               QueueOptions options);

  const tercet_config& machine() const { return machine_; }
  Transport& transport() { return transport_; }
  RegisterAccess& registers() { return registers_; }
  const FirmwareImage& image() const { return image_; }
  const QueueOptions& options() const { return options_; }

  /// Stops the core, resets the engine, loads the firmware and waits until it is ready. Commands in
  /// flight are lost: pending() is 0 afterwards, and completions not taken yet stay.
  void boot();
  /// Holds the core in reset, as after power-on, so that a Driver may take the machine over.
  void stop();

  /// Writes a command to the ring, with the sequence filled in, and returns its number. The
  /// machine does not know of it before ring(). Throws Error if the ring is full.
  uint64_t push(Descriptor words);
  bool full() const { return pending() >= uint64_t{1} << options_.queue_log2; }
  /// Commands pushed and not completed, as far as poll() has seen.
  uint64_t pending() const { return pushed_ - completed_; }
  uint64_t pushed() const { return pushed_; }
  uint64_t completed() const { return completed_; }
  /// Rings the doorbell for everything pushed.
  void ring();

  /// Reads the completions that have come, without waiting. Throws FirmwareError if the firmware
  /// stopped, Error if a record is not the one that is due. True if there were some.
  bool poll();
  /// Waits until command `number` has completed. Throws TimeoutError when `max_cycles` have passed
  /// without a completion; the commands stay in flight, so abort() or boot() comes next.
  void wait(uint64_t number, uint64_t max_cycles);

  /// The oldest completion not taken yet; false if there is none.
  bool take(tercet_completion* completion);

  /// Has the machine complete all it knows of, and waits for that. Throws TimeoutError.
  void abort(uint64_t max_cycles);

 private:
  void load_image();
  void wait_stopped();
  void wait_ready();
  void read_completion();
  [[noreturn]] void fail_with_firmware(const char* when);

  Transport& transport_;
  const tercet_config& machine_;
  RegisterAccess registers_;
  FirmwareImage image_;
  QueueOptions options_;
  uint64_t pushed_ = 0;
  uint64_t completed_ = 0;
  uint64_t rung_ = 0;
  uint64_t boot_base_ = 0;  // commands numbered before the last boot
  std::deque<tercet_completion> taken_;
};

}  // namespace tercet

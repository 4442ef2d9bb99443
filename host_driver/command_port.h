// SPDX-License-Identifier: Apache-2.0
// How products reach a machine: the command registers, or the rings that its firmware serves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host_driver/layout.h"
#include "host_driver/register_access.h"
#include "host_driver/transport.h"

namespace tercet {

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

/// "M=1 N=2560 K=2560 m_tile=1 packing=two_bit".
std::string describe(const Gemm& gemm);

/// Throws Error naming field and limit if a register of the machine cannot hold a size or address.
void check_fields(const tercet_config& machine, const Gemm& gemm);

/// Cycles a command may take when the caller gives no limit: a fixed part and a multiple of what an
/// ideal memory needs, so that only a machine that hangs runs into it.
uint64_t default_timeout(const tercet_config& machine, const Gemm& gemm);

/// Transactions are start / wait; commands complete in order. After DeviceError or TimeoutError no
/// command is in flight, the tickets given out are dead, and the next good command works.
class CommandPort {
 public:
  virtual ~CommandPort() = default;

  virtual const tercet_config& machine() const = 0;
  virtual Transport& transport() = 0;

  /// Device memory below this address is for buffers.
  virtual uint64_t memory_end() const = 0;

  /// Queues a command and returns its ticket; waits for older ones if the queue is full. Throws
  /// Error naming field and limit if a register cannot hold a size, and DeviceError or TimeoutError
  /// if the machine fails meanwhile. Whether the shape makes sense is the machine's to say.
  virtual uint64_t start(const Gemm& gemm) = 0;

  /// Queues commands one behind the other and returns their tickets; the machine may learn of all
  /// at once. Throws as start().
  virtual std::vector<uint64_t> start_all(const std::vector<Gemm>& gemms) {
    std::vector<uint64_t> tickets;
    for (const Gemm& gemm : gemms) tickets.push_back(start(gemm));
    return tickets;
  }

  /// Waits until the command of `ticket` has written its last byte.
  virtual void wait(uint64_t ticket) = 0;

  /// Waits for all commands in flight.
  virtual void wait_all() = 0;

  /// Drops all commands and brings the machine back to idle. Throws TimeoutError if it stays busy.
  virtual void reset() = 0;

  /// The counters since power-on or clear_counters(). Waits for all commands.
  virtual Counters read_counters() = 0;
  virtual void clear_counters() = 0;
};

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// A booted machine in a small memory full of guard bytes, and descriptors to throw at it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/rng.h"
#include "host_driver/command_queue.h"
#include "tests/unit/sim/backends.h"

namespace tercet {

/// Memory of a fault test: rings, windows of every access, guards between all.
struct RingLayout {
  static constexpr uint64_t kPage = 4096;
  static constexpr uint64_t kBytes = uint64_t{1} << 20;
  static constexpr Window kReadable{16 * kPage, 16 * kPage, TERCET_WINDOW_ACCESS_READ};
  static constexpr Window kWritable{40 * kPage, 16 * kPage, TERCET_WINDOW_ACCESS_WRITE};
  static constexpr Window kBoth{64 * kPage, 16 * kPage,
                                TERCET_WINDOW_ACCESS_READ | TERCET_WINDOW_ACCESS_WRITE};
  static constexpr Window kNone{96 * kPage, 16 * kPage, 0};

  /// Rings of 2^queue_log2 and 2^completion_log2 records.
  static QueueOptions options(uint32_t queue_log2 = 5, uint32_t completion_log2 = 5);
};

class RingBench {
 public:
  RingBench(const Backend& backend, uint64_t seed, const QueueOptions& options,
            const std::vector<MemoryFault>& faults = {});

  const tercet_config& machine() const { return backend_.machine(); }
  Transport& transport() { return *transport_; }
  CommandQueue& queue() { return *queue_; }

  /// Pushes all, rings once, waits for all, and returns their completions.
  std::vector<tercet_completion> run(const std::vector<Descriptor>& commands);

  std::vector<uint8_t> memory() const;
  /// Empty if no byte outside the writable windows and the completion ring differs from the guard
  /// bytes and the commands that were written there; otherwise the first that does.
  std::string check_outside() const;
  /// Empty if a product of random operands is right; otherwise what is wrong.
  std::string check_good_command();

  static constexpr uint64_t kPatience = 3'000'000;  // cycles without a completion

 private:
  Backend backend_;
  std::unique_ptr<Transport> transport_;
  std::vector<uint8_t> guards_;
  std::unique_ptr<CommandQueue> queue_;
};

/// Descriptors that the windows allow, and mutated ones.
class DescriptorSource {
 public:
  DescriptorSource(const tercet_config& machine, uint64_t seed) : machine_(machine), rng_(seed) {}

  /// gemm (both packings), copy, fence, nop or get_info.
  Descriptor good();
  Descriptor gemm();
  /// One that was good, with bits flipped, words replaced or all of it random.
  Descriptor mutated();
  Rng& rng() { return rng_; }

 private:
  uint64_t place(const Window& window, uint64_t bytes);

  const tercet_config& machine_;
  Rng rng_;
};

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// A machine whose long waits can be broken off.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>

#include "host_driver/transport.h"

namespace tercet {

/// Passes everything on to another transport, and cuts its waits into slices of simulated time.
/// The machine cannot tell: its cycles, bytes and registers are the same.
class SlicedTransport : public Transport {
 public:
  /// Well below a second of wall time on every timed machine.
  static constexpr uint64_t kSlice = uint64_t{1} << 16;  // cycles

  /// `between` is called before each slice, and before each write of device memory: uploads take
  /// long too. What it throws ends the call; a command in flight stays so. `device` must outlive
  /// this.
  SlicedTransport(Transport& device, std::function<void()> between)
      : device_(device), between_(std::move(between)) {}

  BusResponse csr_read(uint32_t offset, uint32_t* value) override {
    return device_.csr_read(offset, value);
  }
  BusResponse csr_write(uint32_t offset, uint32_t value) override {
    return device_.csr_write(offset, value);
  }
  bool wait_irq(uint64_t max_cycles) override {
    while (true) {
      between_();
      const uint64_t slice = std::min(max_cycles, kSlice);
      if (device_.wait_irq(slice)) return true;
      max_cycles -= slice;
      if (max_cycles == 0) return false;
    }
  }
  void mem_read(uint64_t address, void* data, uint64_t bytes) override {
    device_.mem_read(address, data, bytes);
  }
  void mem_write(uint64_t address, const void* data, uint64_t bytes) override {
    between_();
    device_.mem_write(address, data, bytes);
  }
  uint64_t mem_size() const override { return device_.mem_size(); }
  uint64_t cycle() const override { return device_.cycle(); }

 private:
  Transport& device_;
  std::function<void()> between_;
};

}  // namespace tercet

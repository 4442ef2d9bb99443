// SPDX-License-Identifier: Apache-2.0
// The reference device with a control core that executes its program.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/functional/functional_device.h"
#include "sim/rv32/mcu.h"

namespace tercet {

/// FunctionalDevice whose core is the instruction-set simulator: firmware is tested in it at
/// millions of instructions a second, and its work takes as many cycles as on the RTL.
class FirmwareDevice : public Transport, private rv32::Environment {
 public:
  FirmwareDevice(const tercet_config& machine, uint64_t memory_bytes,
                 std::vector<MemoryFault> faults = {});

  BusResponse csr_read(uint32_t offset, uint32_t* value) override;
  BusResponse csr_write(uint32_t offset, uint32_t value) override;
  bool wait_irq(uint64_t max_cycles) override;
  void mem_read(uint64_t address, void* data, uint64_t bytes) override {
    device_.mem_read(address, data, bytes);
  }
  void mem_write(uint64_t address, const void* data, uint64_t bytes) override {
    device_.mem_write(address, data, bytes);
  }
  uint64_t mem_size() const override { return device_.mem_size(); }
  uint64_t cycle() const override { return device_.cycle(); }

  FunctionalDevice& device() { return device_; }
  /// Is told each instruction that retires, with the cycle after it.
  void observe(std::function<void(const rv32::Retire&, uint64_t)> observer) {
    observer_ = std::move(observer);
  }

 private:
  uint32_t interrupts(uint64_t cycle) override;
  rv32::BusAnswer access(const rv32::BusRequest& request) override;
  rv32::BusAnswer access_buffer(const rv32::BusRequest& request, uint32_t word);
  void release();
  void run();

  FunctionalDevice device_;
  rv32::Mcu mcu_;
  bool running_ = false;
  uint64_t released_at_ = 0;  // the device's cycle that is the core's cycle 0
  std::function<void(const rv32::Retire&, uint64_t)> observer_;
};

}  // namespace tercet

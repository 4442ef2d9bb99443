// SPDX-License-Identifier: Apache-2.0
// Two machines that must answer alike and in the same cycle, as one: a difference is a test
// failure.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "host_driver/transport.h"

namespace tercet {

/// Answers what the first machine answers.
class Lockstep : public Transport {
 public:
  Lockstep(std::unique_ptr<Transport> a, std::unique_ptr<Transport> b)
      : a_(std::move(a)), b_(std::move(b)) {}

  BusResponse csr_read(uint32_t offset, uint32_t* value) override {
    uint32_t other = 0;
    const BusResponse response = a_->csr_read(offset, value);
    EXPECT_EQ(response, b_->csr_read(offset, &other)) << "read " << std::hex << offset << at();
    if (response == BusResponse::kOkay) {
      EXPECT_EQ(*value, other) << "read " << std::hex << offset << at();
    }
    check_cycle();
    return response;
  }
  BusResponse csr_write(uint32_t offset, uint32_t value) override {
    const BusResponse response = a_->csr_write(offset, value);
    EXPECT_EQ(response, b_->csr_write(offset, value)) << "write " << std::hex << offset << at();
    check_cycle();
    return response;
  }
  bool wait_irq(uint64_t cycles) override {
    const bool raised = a_->wait_irq(cycles);
    EXPECT_EQ(raised, b_->wait_irq(cycles)) << "interrupt" << at();
    check_cycle();
    return raised;
  }
  void mem_read(uint64_t address, void* data, uint64_t bytes) override {
    std::vector<uint8_t> other(bytes);
    a_->mem_read(address, data, bytes);
    b_->mem_read(address, other.data(), bytes);
    const auto* first = static_cast<const uint8_t*>(data);
    for (uint64_t i = 0; i < bytes; ++i) {
      if (first[i] == other[i]) continue;
      ADD_FAILURE() << "memory differs from " << std::hex << address + i << " on" << at();
      return;
    }
  }
  void mem_write(uint64_t address, const void* data, uint64_t bytes) override {
    a_->mem_write(address, data, bytes);
    b_->mem_write(address, data, bytes);
  }
  uint64_t mem_size() const override { return a_->mem_size(); }
  uint64_t cycle() const override { return a_->cycle(); }

  /// The same in short; a refused read gives 0.
  uint32_t read(uint32_t offset) {
    uint32_t value = 0;
    return csr_read(offset, &value) == BusResponse::kOkay ? value : 0;
  }
  void write(uint32_t offset, uint32_t value) { csr_write(offset, value); }
  bool wait(uint64_t cycles) { return wait_irq(cycles); }

 private:
  std::string at() const { return " in cycle " + std::to_string(a_->cycle()); }
  void check_cycle() { EXPECT_EQ(a_->cycle(), b_->cycle()); }

  std::unique_ptr<Transport> a_;
  std::unique_ptr<Transport> b_;
};

}  // namespace tercet

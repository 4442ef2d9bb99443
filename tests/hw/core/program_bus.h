// SPDX-License-Identifier: Apache-2.0
// What tests/hw/core/programs/link.ld puts on the bus: verdict, interrupt line, 64 words of memory.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "sim/rv32/environment.h"

namespace tercet {

class ProgramBus final : public rv32::Environment {
 public:
  /// Every access waits this many cycles.
  explicit ProgramBus(uint32_t wait) : wait_(wait) {}

  uint32_t interrupts(uint64_t cycle) override {
    const bool high = cycle > changed_at_ ? line_ : was_;
    return high ? uint32_t{rv32::kExternalInterrupt} : 0;
  }

  rv32::BusAnswer access(const rv32::BusRequest& request) override {
    const uint32_t offset = request.address - kBase;
    const bool memory = offset >= kMemory && offset < kMemory + 4 * memory_.size();
    rv32::BusAnswer answer{0, false, wait_};
    if (memory) {
      uint32_t& word = memory_[(offset - kMemory) / 4];
      for (uint32_t byte = 0; byte < 4 && request.write; ++byte) {
        const uint32_t mask = (request.strobes >> byte & 1) * 0xffu << (8 * byte);
        word = (word & ~mask) | (request.wdata & mask);
      }
      answer.rdata = word;
    } else if (request.write && offset == kVerdict) {
      verdict_ = request.wdata;
    } else if (request.write && offset == kLine) {
      was_ = line_;
      changed_at_ = request.cycle;
      line_ = (request.wdata & 1) != 0;
    } else {
      answer.error = true;
    }
    return answer;
  }
  const std::optional<uint32_t>& verdict() const { return verdict_; }

 private:
  static constexpr uint32_t kBase = 0x40000000, kVerdict = 0, kLine = 0x10, kMemory = 0x100;

  uint32_t wait_;
  std::array<uint32_t, 64> memory_{};
  bool line_ = false, was_ = false;
  uint64_t changed_at_ = 0;
  std::optional<uint32_t> verdict_;
};

}  // namespace tercet

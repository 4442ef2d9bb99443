// SPDX-License-Identifier: Apache-2.0
// rtl/core/tercet_mcu.sv on a bus of the test's choice, cycle by cycle.
#pragma once

#include <optional>
#include <vector>

#include "Vmcu.h"
#include "sim/rv32/environment.h"
#include "tercet_hw.h"
#include "tests/hw/bench.h"

namespace tercet {

enum class CoreMemory : uint8_t { kInstructions, kData };

class McuBench : public Bench<Vmcu> {
 public:
  McuBench() : Bench<Vmcu>(~uint64_t{0}) { REQUIRE(top().stopped_o == 1); }

  /// Memories, while the core is stopped; `index` counts words.
  void write(CoreMemory memory, uint32_t index, uint32_t word) {
    load(memory, index);
    top().load_write_i = 1;
    top().load_wdata_i = word;
    tick();
    top().load_valid_i = top().load_write_i = 0;
  }
  uint32_t read(CoreMemory memory, uint32_t index) {
    load(memory, index);
    tick();
    top().load_valid_i = 0;
    settle();
    return top().load_rdata_o;
  }

  /// The next cycle of the core is its cycle 0.
  void release() {
    top().run_i = 1;
    now_ = 0;
  }
  /// Stops the core at once, or when the open access is answered.
  void stop(rv32::Environment& outside) {
    top().run_i = 0;
    settle();
    for (int i = 0; top().stopped_o == 0; ++i) {
      REQUIRE(i < 100);
      cycle(outside);
    }
    REQUIRE(!asked_);  // no request was cut off
    tick();
  }

  /// One cycle; what retired or trapped in it.
  std::optional<rv32::Retire> cycle(rv32::Environment& outside) {
    top().irq_i = outside.interrupts(now_) != 0;
    answer(outside);
    settle();
    std::optional<rv32::Retire> retired;
    if (top().retire_valid_o != 0) retired = port();
    tick();
    ++now_;
    return retired;
  }
  uint64_t now() const { return now_; }

 private:
  void load(CoreMemory memory, uint32_t index) {
    REQUIRE(top().stopped_o == 1);
    top().load_valid_i = 1;
    top().load_data_i = memory == CoreMemory::kData;
    top().load_addr_i = static_cast<uint16_t>(index);
  }

  /// Plays the bus: a request is answered after its wait states and must hold still until then.
  void answer(rv32::Environment& outside) {
    top().bus_ready_i = 0;
    top().bus_rdata_i = 0xdeadbeef;
    top().bus_error_i = now_ % 2;  // without ready it means nothing
    if (top().bus_valid_o == 0) {
      REQUIRE(!asked_);
      return;
    }
    const rv32::BusRequest request{asked_ ? asked_->cycle : now_, top().bus_write_o != 0,
                                   top().bus_addr_o, top().bus_write_o ? top().bus_wdata_o : 0,
                                   top().bus_strb_o};
    if (!asked_) {
      asked_ = request;
      answer_ = outside.access(request);
      waiting_ = answer_.wait;
    }
    REQUIRE((request.write == asked_->write && request.address == asked_->address &&
             request.wdata == asked_->wdata && request.strobes == asked_->strobes));
    if (waiting_-- > 0) return;
    top().bus_ready_i = 1;
    top().bus_rdata_i = answer_.rdata;
    top().bus_error_i = answer_.error;
    asked_.reset();
  }

  rv32::Retire port() {
    const Vmcu& core = top();
    rv32::Retire r;
    r.cycle = now_;
    r.pc = core.retire_pc_o;
    r.insn = core.retire_insn_o;
    r.rd = core.retire_rd_o;
    r.value = core.retire_value_o;
    r.strobes = core.retire_strb_o;
    r.write = core.retire_write_o != 0;
    r.address = core.retire_addr_o;
    r.wdata = core.retire_wdata_o;
    r.trap = core.retire_trap_o != 0;
    r.interrupt = core.retire_interrupt_o != 0;
    r.cause = core.retire_cause_o;
    return r;
  }

  uint64_t now_ = 0;
  std::optional<rv32::BusRequest> asked_;
  rv32::BusAnswer answer_;
  uint32_t waiting_ = 0;
};

}  // namespace tercet

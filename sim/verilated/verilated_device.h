// SPDX-License-Identifier: Apache-2.0
// A Verilated tercet_top as a device: clock, reset, register bus, memory, interrupt.
#pragma once

#include <verilated.h>

#include <memory>

#include "sim/dram/dram_model.h"
#include "sim/dram/machine_memory.h"
#include "sim/dram/memory_image.h"
#include "sim/timed_device.h"
#include "sim/verilated/axi_lite_master.h"
#include "sim/verilated/axi_memory.h"
#include "sim/verilated/energy_counter.h"
#include "sim/verilated/engine_probe.h"
#include "sim/verilated/rising_edge.h"
#include "sim/verilated/slice_tracker.h"
#include "sim/verilated/trace.h"
#include "sim/verilated/verilated_coverage.h"
#include "sim/verilated/verilated_options.h"

namespace tercet {

/// `Top` is the class that Verilator made of tercet_top, with or without tracing. A cycle is: take
/// the handshakes, raise the clock, set the inputs of the next cycle, lower the clock.
template <class Top>
class VerilatedDevice : public TimedDevice {
 public:
  /// Throws Error if a trace is asked for and Top has none, or a name in the options is unknown.
  VerilatedDevice(const tercet_config& machine, const VerilatedOptions& options)
      : memory_(options.memory_bytes),
        dram_(machine_dram(options.timing, machine), machine_port(machine)),
        top_(&context_),
        axi_(memory_, dram_, options.axi),
        energy_(machine),
        registers_(top_, *this) {
    if (!options.trace.file.empty()) {
      if constexpr (CanTrace<Top>::value) {
        trace_ = std::make_unique<Trace<Top>>(options.trace, context_, top_);
      } else {
        fail("{}: this machine was Verilated without tracing", options.trace.file);
      }
    }
    reset();
    if (options.slices != nullptr) slices_ = std::make_unique<SliceTracker>(*options.slices);
  }

  ~VerilatedDevice() override {
    top_.final();
    save_coverage(context_);
    // Top's destructor signs off from the thread's context, which another device may have set to
    // its own, by now destroyed.
    Verilated::threadContextp(&context_);
  }
  VerilatedDevice(const VerilatedDevice&) = delete;
  VerilatedDevice& operator=(const VerilatedDevice&) = delete;

  BusResponse csr_read(uint32_t offset, uint32_t* value) override {
    const uint64_t begin = cycle_;
    const BusResponse response = registers_.read(offset, value);
    if (slices_ != nullptr) slices_->register_access(offset, begin, cycle_);
    return response;
  }
  BusResponse csr_write(uint32_t offset, uint32_t value) override {
    const uint64_t begin = cycle_;
    const BusResponse response = registers_.write(offset, value);
    if (slices_ != nullptr) slices_->register_access(offset, begin, cycle_);
    return response;
  }

  bool wait_irq(uint64_t max_cycles) override {
    for (uint64_t i = 0; top_.irq_o == 0; ++i) {
      if (i == max_cycles) return false;
      tick();
    }
    return true;
  }

  void mem_read(uint64_t address, void* data, uint64_t bytes) override {
    memory_.read(address, data, bytes);
  }
  void mem_write(uint64_t address, const void* data, uint64_t bytes) override {
    memory_.write(address, data, bytes);
  }
  uint64_t mem_size() const override { return memory_.size(); }
  uint64_t cycle() const override { return cycle_; }
  DramStats dram_stats() const override { return dram_.stats(); }
  EngineCounts engine_counts() const override { return energy_.counts(); }

  void finish() override {
    if constexpr (CanTrace<Top>::value) {
      if (trace_ != nullptr) trace_->finish();
    }
  }

  void tick() {
    if (slices_ != nullptr) slices_->observe(cycle_, probe_engine(top_));
    energy_.observe(top_);
    axi_.sample(top_, cycle_);
    ++cycle_;
    if (CanTrace<Top>::value && trace_ != nullptr) {
      traced_cycle();
    } else {
      clock_cycle(top_, [this] { axi_.drive(top_, cycle_); });
    }
  }

  void settle() { top_.eval(); }

 private:
  struct NoTrace {};

  void reset() {
    constexpr int kResetCycles = 8;
    top_.clk_i = 0;
    top_.rst_ni = 0;
    registers_.reset();
    axi_.reset(top_);
    top_.eval();
    for (int i = 0; i < kResetCycles; ++i) clock_cycle(top_, [] {});
    if (top_.m_axi_arvalid_o != 0 || top_.m_axi_awvalid_o != 0 || top_.m_axi_wvalid_o != 0) {
      axi_violation("AR, AW or W", 0, "VALID is high in reset");
    }
    top_.rst_ni = 1;
    top_.eval();
  }

  /// Both edges are evaluated, so that the waveform shows every signal settled.
  void traced_cycle() {
    if constexpr (CanTrace<Top>::value) {
      const bool active = trace_->active(cycle_);
      top_.clk_i = 1;
      top_.eval();
      axi_.drive(top_, cycle_);
      top_.eval();
      if (active) trace_->dump(2 * cycle_);
      top_.clk_i = 0;
      top_.eval();
      if (active) trace_->dump(2 * cycle_ + 1);
    }
  }

  VerilatedContext context_;
  MemoryImage memory_;
  DramModel dram_;
  Top top_;
  AxiMemory<Top> axi_;
  EnergyCounter<Top> energy_;
  AxiLiteMaster<Top, VerilatedDevice> registers_;
  std::unique_ptr<std::conditional_t<CanTrace<Top>::value, Trace<Top>, NoTrace>> trace_;
  std::unique_ptr<SliceTracker> slices_;  // null: no timeline
  uint64_t cycle_ = 0;
};

}  // namespace tercet

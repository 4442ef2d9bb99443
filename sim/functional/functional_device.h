// SPDX-License-Identifier: Apache-2.0
// The machine's meaning at register level: same registers, same bytes, no timing.
#pragma once

#include <cstdint>
#include <vector>

#include "host_driver/transport.h"
#include "sim/dram/memory_image.h"
#include "sim/functional/command.h"
#include "sim/functional/command_executor.h"
#include "sim/functional/core_control.h"
#include "sim/functional/memory_bus.h"
#include "sim/functional/ring_interpreter.h"
#include "tercet_hw.h"

namespace tercet {

/// Who serves the rings while CORE_CTRL.run is set.
enum class CoreModel {
  kInterpreted,  ///< the device itself, as docs/programming.md says, whatever program was loaded
  kElsewhere,    ///< someone who uses control(): an instruction-set simulator, or nobody
};

/// Behaves as docs/machine.md, docs/programming.md and docs/registers.md say: one command runs, the
/// next may wait in the shadow.
///
/// Time is only there to be waited for: a register access is one cycle, a command is done
/// kCommandCycles after it was accepted, and the counters of cycles and stalls read 0. The
/// counters of work (tiles, beats, array cycles) are exact.
class FunctionalDevice : public Transport {
 public:
  static constexpr uint64_t kCommandCycles = 32;

  FunctionalDevice(const tercet_config& machine, uint64_t memory_bytes,
                   std::vector<MemoryFault> faults = {}, CoreModel core = CoreModel::kInterpreted);

  BusResponse csr_read(uint32_t offset, uint32_t* value) override;
  BusResponse csr_write(uint32_t offset, uint32_t value) override;
  bool wait_irq(uint64_t max_cycles) override;
  void mem_read(uint64_t address, void* data, uint64_t bytes) override;
  void mem_write(uint64_t address, const void* data, uint64_t bytes) override;
  uint64_t mem_size() const override { return memory_.size(); }
  uint64_t cycle() const override { return cycle_; }

  /// The registers from 0x200 on, for whoever is the core.
  CoreControl& control() { return control_; }
  bool core_irq_line() const { return control_.core_irq_line(cycle_, irq_ != 0); }
  /// A command is on the engine.
  bool busy() const { return running_ || pending_; }
  /// Lets `cycles` pass.
  void pass(uint64_t cycles) { advance(cycles); }

 private:
  bool irq_line() const { return (irq_enable_ && irq_ != 0) || control_.irq_line(); }
  uint32_t status() const;
  bool write_register(uint32_t offset, uint32_t value);
  void write_ctrl(uint32_t value);
  BusResponse write_control(uint32_t offset, uint32_t value, bool* known);
  uint32_t run_ring_gemm(const Command& command);
  uint64_t counter(uint32_t index) const;
  void advance(uint64_t cycles);
  void finish();
  void accept();

  const tercet_config& machine_;
  MemoryImage memory_;
  MemoryBus bus_;
  CommandExecutor executor_;
  CoreModel core_;
  CoreControl control_;
  RingInterpreter ring_;
  Command shadow_;
  bool pending_ = false;  // START was written, the command waits in the shadow
  bool running_ = false;
  Command command_;       // that runs
  uint64_t done_at_ = 0;  // cycle
  uint64_t cycle_ = 0;
  bool irq_enable_ = false;
  uint32_t irq_ = 0;
  uint32_t error_ = TERCET_ERR_NONE;
  uint32_t started_ = 0;
  uint32_t completed_ = 0;
  WorkCounts work_;
  CounterWindow counters_;
};

}  // namespace tercet

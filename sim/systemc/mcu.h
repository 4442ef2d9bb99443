// SPDX-License-Identifier: Apache-2.0
// The control core in the machine: the instruction-set simulator, its memories and its bus.
#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "sim/rv32/mcu.h"
#include "sim/systemc/shared.h"

namespace tercet {

class Control;
class RegArbiter;
class TercetMover;

/// rtl/core/tercet_mcu.sv with tercet_mcu_port.sv. Programs run ahead of SystemC's time in a
/// plain loop up to the next instruction that reaches the machine: an access to registers or
/// buffer, or a look at the external interrupt line (wfi, mip, or any instruction while that
/// interrupt is let in). Such an instruction waits for its cycle and meets the machine late in it,
/// after the host. What ran ahead is local to the core and is run again up to the right cycle if
/// the host stops the core meanwhile.
class Mcu : public Unit, private rv32::Environment {
 public:
  Mcu(const sc_core::sc_module_name& name, const Shared& shared);

  Control* control = nullptr;
  TercetMover* mover = nullptr;
  RegArbiter* registers = nullptr;

  /// CORE_CTRL.run is written in the present cycle. release() is false if the core was not yet
  /// stopped: then it goes on as if nothing had been.
  bool release();
  void stop();
  /// Held in reset in the present cycle; and the first such cycle, kNever while it runs.
  bool stopped() const { return stopped_from_ <= shared_.clock.now(); }
  Cycle stopped_from() const { return stopped_from_; }
  /// CORE_PC in the present cycle.
  uint32_t retired_pc() const;
  /// The external interrupt line is high from this cycle on.
  void line_rises();
  /// Instructions retired before the present cycle, since power-on.
  uint64_t retired() const;

  /// Words of the memories, while stopped.
  rv32::Hart& memories() { return core_.hart(); }

 private:
  struct Retired {
    Cycle cycle;
    uint32_t pc;
  };

  void run() override;
  bool meet(Cycle begin, Cycle now);
  bool step();
  void sleep();
  void wake(Cycle cycle);
  void save();
  void rewind(Cycle now);
  Cycle begin() const { return base_ + core_.hart().cycle(); }
  uint32_t interrupts(uint64_t cycle) override;
  rv32::BusAnswer access(const rv32::BusRequest& request) override;

  rv32::Mcu core_;
  Cycle base_ = 0;  // of the core's cycle 0
  Cycle stopped_from_ = 0;
  Cycle last_end_ = 0;      // of the last instruction
  bool asleep_ = false;     // in wfi, until an interrupt
  bool accessing_ = false;  // the access of an instruction is being carried out
  bool line_ = false;       // the interrupt line in cycle seen_
  Cycle seen_ = kNever;
  rv32::McuState saved_;  // what follows up to now is local to the core
  size_t saved_retired_ = 0;
  uint64_t instructions_ = 0;  // retired, those ahead of time too
  uint64_t saved_instructions_ = 0;
  std::vector<Retired> retired_;  // those ahead of time, and the last before
};

}  // namespace tercet

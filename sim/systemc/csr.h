// SPDX-License-Identifier: Apache-2.0
// The engine's registers (docs/registers.md): identity, control, the command shadow, counters.
#pragma once

#include <cstdint>
#include <deque>
#include <systemc>

#include "sim/functional/command.h"
#include "sim/systemc/perf.h"
#include "sim/systemc/shared.h"

namespace tercet {

class Control;
class Dispatch;
class Output;
class Sequencer;
class Supervisor;

class Csr : public Unit {
 public:
  Csr(const sc_core::sc_module_name& name, const Shared& shared, Perf& perf);

  sc_core::sc_out<bool> irq;

  Control* control = nullptr;
  Dispatch* dispatch = nullptr;
  Output* output = nullptr;
  Sequencer* sequencer = nullptr;
  Supervisor* supervisor = nullptr;

  /// An access in the present cycle, after its beginning; false: SLVERR.
  bool read(uint32_t offset, uint32_t* value);
  bool write(uint32_t offset, uint32_t value);

  /// A START is pending; the shadow is frozen.
  bool pending() const { return pending_; }
  const Command& shadow() const { return shadow_; }

  /// The shadow was taken in `cycle`, the present one.
  void taken(Cycle cycle);
  /// The write response of a command's last burst comes in `cycle`, and is no error.
  void command_written(Cycle cycle);
  /// The supervisor has stopped the engine with an error.
  void raise_error();
  /// A soft reset is over.
  void finish_reset();
  /// The engine drops its commands.
  void flush();

  /// What `control` shows, the interrupt line and the lines to the core change in `cycle`.
  void update_in(Cycle cycle);
  /// The mover's last response comes in `cycle`.
  void mover_done(Cycle cycle);

  bool irq_line() const;

 private:
  void run() override;
  void wake_in_time();
  void complete(Cycle cycle);
  void write_ctrl(uint32_t value);
  uint64_t counter(uint32_t index);
  uint32_t status() const;

  Perf& perf_;
  Command shadow_;
  bool pending_ = false;
  Cycle taken_ = kNever;    // cycle in which the pending command was taken
  Cycle flushed_ = kNever;  // cycle in which it was dropped
  Cycle update_ = kNever;   // of update_in()
  Cycle moved_ = kNever;    // of mover_done()
  std::deque<Cycle> done_;  // cycles of write responses that end commands
  bool irq_enable_ = false;
  bool irq_done_ = false;
  bool irq_error_ = false;
  uint32_t started_ = 0;
  uint32_t completed_ = 0;
  CounterWindow counters_;
};

}  // namespace tercet

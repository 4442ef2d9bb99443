// SPDX-License-Identifier: Apache-2.0
// Control and status registers (docs/registers.md) behind a TLM-2.0 socket.
#pragma once

#include <tlm.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <deque>
#include <systemc>

#include "sim/functional/command.h"
#include "sim/systemc/perf.h"
#include "sim/systemc/shared.h"

namespace tercet {

class Dispatch;
class Output;
class Sequencer;
class Supervisor;

class Csr : public sc_core::sc_module {
 public:
  Csr(const sc_core::sc_module_name& name, const Shared& shared, Perf& perf);

  /// 4-byte reads and writes at register offsets, in the middle of the cycle in which AXI4-Lite
  /// makes the request. TLM_GENERIC_ERROR_RESPONSE stands for SLVERR. Annotates the cycles of an
  /// access and never waits.
  tlm_utils::simple_target_socket<Csr> socket;
  sc_core::sc_out<bool> irq;

  Dispatch* dispatch = nullptr;
  Output* output = nullptr;
  Sequencer* sequencer = nullptr;
  Supervisor* supervisor = nullptr;

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

  bool irq_line() const { return irq_enable_ && (irq_done_ || irq_error_); }

 private:
  void transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  void update();
  void complete(Cycle cycle);
  bool read(uint32_t offset, uint32_t* value);
  bool write(uint32_t offset, uint32_t value);
  void control(uint32_t value);
  bool read_counter(uint32_t offset, uint32_t* value);
  uint32_t status() const;

  const Shared& shared_;
  Perf& perf_;
  sc_core::sc_event wake_;
  Command shadow_;
  bool pending_ = false;
  Cycle taken_ = kNever;    // cycle in which the pending command was taken
  Cycle flushed_ = kNever;  // cycle in which it was dropped
  std::deque<Cycle> done_;  // cycles of write responses that end commands
  bool irq_enable_ = false;
  bool irq_done_ = false;
  bool irq_error_ = false;
  uint32_t started_ = 0;
  uint32_t completed_ = 0;
  uint32_t counter_high_ = 0;  // latched by reading a counter's low half
};

}  // namespace tercet

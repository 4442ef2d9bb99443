// SPDX-License-Identifier: Apache-2.0
// The machine: wires the units together as rtl/tercet_top.sv and rtl/tercet_engine.sv do.
#pragma once

#include <string>
#include <systemc>

#include "sim/systemc/accum.h"
#include "sim/systemc/act_buffer.h"
#include "sim/systemc/array.h"
#include "sim/systemc/control.h"
#include "sim/systemc/csr.h"
#include "sim/systemc/dispatch.h"
#include "sim/systemc/dma.h"
#include "sim/systemc/host_port.h"
#include "sim/systemc/mcu.h"
#include "sim/systemc/mover.h"
#include "sim/systemc/output.h"
#include "sim/systemc/perf.h"
#include "sim/systemc/reg_arbiter.h"
#include "sim/systemc/sequencer.h"
#include "sim/systemc/shared.h"
#include "sim/systemc/supervisor.h"
#include "sim/systemc/weight_stream.h"
#include "sim/systemc/write_port.h"

namespace tercet {

class TercetTop : public sc_core::sc_module {
 public:
  TercetTop(const sc_core::sc_module_name& name, const Shared& shared);

  Perf perf;
  HostPort host_port;  ///< socket: registers and windows
  RegArbiter registers;
  Mcu mcu;
  Control control;
  Csr csr;  ///< irq
  Supervisor supervisor;
  Dispatch dispatch;
  Dma dma;  ///< socket: reads
  ActBuffer act_buffer;
  WeightStream weight_stream;
  Array array;
  Accum accum;
  Sequencer sequencer;
  Output output;
  TercetMover mover;
  WritePort write_port;  ///< socket: writes

  /// The cycle from which no bus transaction is open; kNever if that is not known.
  Cycle bus_quiet_from() const;
  /// Drops every command.
  void flush(Cycle cycle);
  /// A command is waiting or in flight, and will get on unless the machine has stopped.
  bool busy() const;
  /// What the units wait for, one a line; for a machine that does nothing more.
  std::string waits_for() const;

 private:
  void connect_control();
};

}  // namespace tercet

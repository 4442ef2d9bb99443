// SPDX-License-Identifier: Apache-2.0
// Wires, and what concerns all units.
#include "sim/systemc/top.h"

#include <algorithm>

namespace tercet {

TercetTop::TercetTop(const sc_core::sc_module_name& name, const Shared& shared)
    : sc_module(name),
      perf(shared),
      host_port("host_port", shared),
      registers(shared),
      mcu("mcu", shared),
      control(shared),
      csr("csr", shared, perf),
      supervisor("supervisor", shared, *this),
      dispatch("dispatch", shared, perf),
      dma("dma", shared, perf),
      act_buffer("act_buffer", shared),
      weight_stream("weight_stream", shared),
      array("array", shared),
      accum("accum", shared),
      sequencer("sequencer", shared, perf),
      output("output", shared, perf),
      mover("mover", shared),
      write_port("write_port", shared) {
  connect_control();
  output.socket.bind(write_port.output_socket);
  mover.socket.bind(write_port.mover_socket);
  csr.dispatch = &dispatch;
  csr.supervisor = &supervisor;
  csr.output = &output;
  csr.sequencer = &sequencer;
  dispatch.csr = &csr;
  dispatch.dma = &dma;
  dispatch.sequencer = &sequencer;
  dispatch.supervisor = &supervisor;
  dma.act_buffer = &act_buffer;
  dma.dispatch = &dispatch;
  dma.supervisor = &supervisor;
  dma.weight_stream = &weight_stream;
  act_buffer.sequencer = &sequencer;
  weight_stream.dma = &dma;
  weight_stream.sequencer = &sequencer;
  array.accum = &accum;
  array.act_buffer = &act_buffer;
  array.weight_stream = &weight_stream;
  sequencer.act_buffer = &act_buffer;
  sequencer.array = &array;
  sequencer.dispatch = &dispatch;
  sequencer.dma = &dma;
  sequencer.output = &output;
  sequencer.weight_stream = &weight_stream;
  output.accum = &accum;
  output.csr = &csr;
  output.sequencer = &sequencer;
  output.supervisor = &supervisor;
  output.write_port = &write_port;
}

void TercetTop::connect_control() {
  host_port.mcu = &mcu;
  host_port.registers = &registers;
  registers.control = &control;
  registers.csr = &csr;
  mcu.control = &control;
  mcu.mover = &mover;
  mcu.registers = &registers;
  control.csr = &csr;
  control.mcu = &mcu;
  control.mover = &mover;
  csr.control = &control;
  mover.csr = &csr;
  mover.dma = &dma;
  mover.write_port = &write_port;
  write_port.mover = &mover;
  write_port.output = &output;
  dma.mover = &mover;
}

Cycle TercetTop::bus_quiet_from() const { return std::max(dma.quiet_from(), output.quiet_from()); }

void TercetTop::flush(Cycle cycle) {
  sequencer.count_stalls(cycle + 1);
  perf.flush(cycle);
  csr.flush();
  dispatch.flush();
  dma.flush();
  act_buffer.flush();
  weight_stream.flush();
  sequencer.flush();
  output.flush();
}

bool TercetTop::busy() const { return !supervisor.stopped() && (csr.pending() || !perf.empty()); }

std::string TercetTop::waits_for() const {
  std::string waits;
  for (const char* wait : {dispatch.waits_for(), sequencer.waits_for()}) {
    if (*wait != '\0') waits += std::string(waits.empty() ? "" : "; ") + wait;
  }
  return waits.empty() ? "nothing" : waits;
}

}  // namespace tercet

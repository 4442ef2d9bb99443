// SPDX-License-Identifier: Apache-2.0
// Wires, and what concerns all units.
#include "sim/systemc/top.h"

#include <algorithm>

namespace tercet {

TercetTop::TercetTop(const sc_core::sc_module_name& name, const Shared& shared)
    : sc_module(name),
      perf(shared),
      csr("csr", shared, perf),
      supervisor("supervisor", shared, *this),
      dispatch("dispatch", shared, perf),
      dma("dma", shared, perf),
      act_buffer("act_buffer", shared),
      weight_stream("weight_stream", shared),
      array("array", shared),
      accum("accum", shared),
      sequencer("sequencer", shared, perf),
      output("output", shared, perf) {
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

EngineCounts TercetTop::engine_counts() const {
  EngineCounts sum = array.counts;
  for (const EngineCounts* counts : {&weight_stream.counts, &dma.counts, &output.counts}) {
    sum += *counts;
  }
  return sum;
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

// SPDX-License-Identifier: Apache-2.0
// What all units of a machine know.
#pragma once

#include "sim/systemc/cycle.h"
#include "sim/systemc/timing_table.h"
#include "sim/trace/trace_sink.h"
#include "tercet_hw.h"

namespace tercet {

struct Shared {
  Shared(const tercet_config& machine_in, const TimingTable& timing_in, TraceSink* trace_in)
      : machine(machine_in), timing(timing_in), clock(machine_in.clock_mhz), trace(trace_in) {}

  const tercet_config& machine;
  TimingTable timing;
  Clock clock;
  TraceSink* trace;  ///< may be null
};

}  // namespace tercet

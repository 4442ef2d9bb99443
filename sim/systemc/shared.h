// SPDX-License-Identifier: Apache-2.0
// What all units of a machine know.
#pragma once

#include "sim/element_format.h"
#include "sim/systemc/cycle.h"
#include "sim/systemc/timing_table.h"
#include "sim/trace/trace_sink.h"
#include "tercet_hw.h"

namespace tercet {

struct Shared {
  Shared(const tercet_config& machine_in, const ElementFormat& format_in,
         const TimingTable& timing_in, TraceSink* trace_in)
      : machine(machine_in),
        format(format_in),
        commands(command_machine(machine_in, format_in)),
        timing(timing_in),
        clock(machine_in.clock_mhz),
        trace(trace_in) {
    timing.job += tree_registers(format, machine);
  }

  /// Activation beats of a token's k_tile.
  uint64_t token_beats() const { return static_cast<uint64_t>(format.activation_bytes); }
  /// Bits of a weight in a tile of the array.
  size_t tile_weight_bits() const {
    return format.weight_bits == 0 ? 2 : static_cast<size_t>(format.weight_bits);
  }

  const tercet_config& machine;
  const ElementFormat format;
  const tercet_config commands;  ///< the machine as commands are checked against it
  TimingTable timing;
  Clock clock;
  TraceSink* trace;  ///< may be null
};

}  // namespace tercet

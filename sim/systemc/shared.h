// SPDX-License-Identifier: Apache-2.0
// What all units of a machine know, the command on its way through them, and what wakes them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <systemc>

#include "host_driver/layout.h"
#include "sim/element_format.h"
#include "sim/functional/command.h"
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

  /// Beats of the longest burst at `address` that has at most `left`: AXI's may not cross 4 KiB.
  uint32_t burst_beats(uint64_t address, uint64_t left) const {
    constexpr uint64_t kPage = 4096;
    const uint64_t to_page = (kPage - address % kPage) / machine.axi_bytes;
    return static_cast<uint32_t>(std::min({to_page, left, uint64_t{machine.max_burst_beats}}));
  }

  const tercet_config& machine;
  const ElementFormat format;
  const tercet_config commands;  ///< the machine as commands are checked against it
  TimingTable timing;
  Clock clock;
  TraceSink* trace;  ///< may be null
};

/// An accepted command with its loop bounds.
struct Work {
  Work() = default;
  Work(const Shared& shared, const Command& c, uint64_t number_in, Cycle start_in)
      : command(c),
        number(number_in),
        start(start_in),
        packing(static_cast<Packing>(tercet_cmd_flags_unpack(c.flags).packing)),
        n_tiles(static_cast<uint64_t>(tercet::n_tiles(shared.machine, c.n))),
        k_tiles(static_cast<uint64_t>(tercet::k_tiles(shared.machine, c.k))),
        last_columns(static_cast<uint32_t>(c.n - (n_tiles - 1) * shared.machine.cols)),
        last_rows(static_cast<uint32_t>(c.k - (k_tiles - 1) * shared.machine.rows)),
        weight_beats(static_cast<uint64_t>(
            tercet::weight_beats(shared.machine, shared.format, packing, c.n, c.k))) {}

  Command command;
  uint64_t number = 0;  ///< commands accepted before it
  Cycle start = 0;      ///< cycle in which it was accepted
  Packing packing = Packing::kTwoBit;
  uint64_t n_tiles = 0;
  uint64_t k_tiles = 0;
  uint32_t last_columns = 0;  ///< of the last n_tile
  uint32_t last_rows = 0;     ///< of the last k_tile
  uint64_t weight_beats = 0;  ///< a pass: CMD_WBEATS, but for the baselines
};

/// A unit with a process, which runs in the cycles for which it was woken.
class Unit : public sc_core::sc_module {
 protected:
  Unit(const sc_core::sc_module_name& name, const Shared& shared)
      : sc_module(name), shared_(shared) {
    SC_HAS_PROCESS(Unit);
    SC_METHOD(run);
    sensitive << wake_;
    dont_initialize();
  }
  virtual void run() = 0;

  const Shared& shared_;
  sc_core::sc_event wake_;
};

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// A command on its way through the units.
#pragma once

#include <algorithm>
#include <cstdint>

#include "host_driver/layout.h"
#include "sim/functional/command.h"
#include "sim/systemc/shared.h"

namespace tercet {

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

}  // namespace tercet

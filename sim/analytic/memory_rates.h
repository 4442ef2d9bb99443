// SPDX-License-Identifier: Apache-2.0
// What a DRAM type gives a machine's bus: latencies and rates in cycles of the machine.
#pragma once

#include "sim/dram/dram_config.h"
#include "tercet_hw.h"

namespace tercet {

/// A DRAM seen from the machine's AXI ports. An ideal memory has no refresh and moves every beat
/// when the bus does.
struct MemoryRates {
  MemoryRates(const tercet_config& machine, const DramConfig& dram);

  double first_read = 0;    ///< AR -> first beat on R, all rows closed
  double next_read = 0;     ///< AR -> first beat on R, in an open row
  double write_answer = 0;  ///< last beat on W -> B, with room in the write queue
  double read_beat = 1;     ///< cycles a beat of a linear read stream, all ports, no refresh
  double write_beat = 0;    ///< cycles a beat takes on the DRAM's data bus when written
  double turn = 0;          ///< data-bus cycles lost by going from reads to writes and back
  double turn_beats = 0;    ///< written beats a turn
  double write_buffer = 0;  ///< beats that the write queues hold
  double row_miss = 0;      ///< cycles that a row of a linear stream costs beyond its data
  double refresh_period = 0;  ///< cycles between refreshes; 0: none
  double refresh_cost = 0;    ///< cycles in which a refresh keeps the data bus from a linear stream

  /// Share of the time that refreshes leave.
  double available() const {
    return refresh_period == 0 ? 1.0 : 1.0 - refresh_cost / refresh_period;
  }
};

}  // namespace tercet

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

  double first_read = 0;      ///< AR -> first beat on R, all rows closed
  double next_read = 0;       ///< AR -> first beat on R, in an open row
  double write_answer = 0;    ///< last beat on W -> B, with room in the write queue
  double read_beat = 1;       ///< cycles a beat of a linear read stream takes, all ports
  double data_beat = 0;       ///< cycles a beat, read or written, takes on the DRAM's data buses
  double turn = 0;            ///< data-bus cycles lost by going from reads to writes and back
  double turn_writes = 1;     ///< beats written in a turn when reads wait
  double turn_reads = 1;      ///< beats read before a waiting write gets its turn
  double waiting_writes = 0;  ///< beats that wait for a turn while reads come
  double write_buffer = 0;    ///< beats that the write queues hold
  double row_beats = 0;       ///< beats of a linear stream between rows; 0: no rows
  double row_cost = 0;        ///< cycles lost by going to the next row
  double refresh_period = 0;  ///< cycles between refreshes; 0: none
  double refresh_cost = 0;    ///< cycles in which a refresh keeps a linear stream from the data bus
  double refresh_first = 0;   ///< cycle of the first refresh

  /// Share of the time that refreshes leave.
  double available() const {
    return refresh_period == 0 ? 1.0 : 1.0 - refresh_cost / refresh_period;
  }
};

}  // namespace tercet

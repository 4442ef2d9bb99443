// SPDX-License-Identifier: Apache-2.0
// What a DRAM type gives a machine's bus: latencies and rates in cycles of the machine.
#pragma once

#include "sim/dram/dram_config.h"
#include "tercet_hw.h"

namespace tercet {

/// A DRAM seen from the machine's AXI ports. An ideal memory has no data bus that could be full and
/// no refresh.
struct MemoryRates {
  MemoryRates(const tercet_config& machine, const DramConfig& dram);

  double first_read = 0;      ///< AR -> first beat on R, all rows closed
  double next_read = 0;       ///< AR -> first beat on R, in an open row
  double write_answer = 0;    ///< last beat on W -> B, with room in the write queue
  double read_beat = 1;       ///< cycles a beat of a linear read stream takes, all ports
  double data_beat = 0;       ///< cycles a beat keeps the DRAM's data buses busy; 0: ideal
  double turn = 0;            ///< cycles from reads to writes and back without data
  double high_writes = 0;     ///< waiting written beats that end the reads' turn
  double low_writes = 0;      ///< waiting written beats at which the writes' turn ends
  double least_writes = 0;    ///< beats written before a mark ends the writes' turn
  double turn_reads = 1;      ///< beats read before a waiting write gets its turn
  double write_buffer = 0;    ///< beats that the write queues hold
  double refresh_period = 0;  ///< cycles between refreshes; 0: none
  double refresh_cost = 0;    ///< cycles in which a refresh keeps a linear stream from the data bus

  bool ideal() const { return data_beat == 0; }
  /// Share of the time that refreshes leave.
  double available() const {
    return refresh_period == 0 ? 1.0 : 1.0 - refresh_cost / refresh_period;
  }
};

}  // namespace tercet

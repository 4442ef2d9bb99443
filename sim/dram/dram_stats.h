// SPDX-License-Identifier: Apache-2.0
// What a DRAM did: the counts that time and energy reports need.
#pragma once

#include <cstdint>

namespace tercet {

/// Sums over all channels. "Cycles" are of the command clock unless they are called machine cycles.
struct DramStats {
  // Commands, for energy.
  uint64_t activates = 0;
  uint64_t precharges = 0;  ///< banks closed, one by one or all at once
  uint64_t reads = 0;       ///< bursts
  uint64_t writes = 0;      ///< bursts
  uint64_t refreshes = 0;   ///< all-bank, per channel

  // Every burst is exactly one of these.
  uint64_t row_hits = 0;
  uint64_t row_misses = 0;     ///< the bank was closed
  uint64_t row_conflicts = 0;  ///< another row was open

  // Requests that are complete.
  uint64_t read_requests = 0;
  uint64_t write_requests = 0;
  uint64_t read_latency = 0;   ///< machine cycles, arrival to last byte, summed over requests
  uint64_t write_latency = 0;  ///< machine cycles, arrival to answer, summed over requests
  uint64_t bytes_read = 0;     ///< asked for; a burst that is used in part counts in `reads` as one
  uint64_t bytes_written = 0;

  // Time, in cycles summed over channels.
  uint64_t channel_cycles = 0;  ///< channels × cycles so far
  uint64_t data_cycles = 0;     ///< data on the bus
  uint64_t queued_cycles = 0;   ///< at least one burst in the queues ("busy")
  uint64_t open_cycles = 0;     ///< at least one row open: active standby, else precharge standby
  uint64_t refresh_cycles = 0;  ///< tRFC of every refresh
  uint64_t occupancy = 0;       ///< bursts in the queues, summed over cycles
  uint64_t turnarounds = 0;     ///< changes between reading and writing

  double average_read_latency() const {
    return read_requests == 0
               ? 0.0
               : static_cast<double>(read_latency) / static_cast<double>(read_requests);
  }
  uint64_t idle_cycles() const { return channel_cycles - queued_cycles; }
};

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Rates and latencies from the timing table of a DRAM type.
#include "sim/analytic/memory_rates.h"

#include <algorithm>
#include <cmath>

namespace tercet {

MemoryRates::MemoryRates(const tercet_config& machine, const DramConfig& dram) {
  const double bus_beat = 1.0 / machine.axi_ports;
  if (dram.fixed_latency != 0) {
    first_read = next_read = write_answer = dram.fixed_latency;
    read_beat = bus_beat;
    return;
  }
  const DramTiming& t = dram.timing;
  const DramOrganisation& org = dram.org;
  const double clock = machine.clock_mhz * 1000.0 / dram.clock_khz;  // machine cycles a DRAM cycle
  const double cycle_ps = 1e6 / machine.clock_mhz;
  const double front = std::ceil(dram.policy.front_ps / cycle_ps);
  const double back = std::ceil(dram.policy.back_ps / cycle_ps);
  const double bursts = static_cast<double>(machine.axi_bytes) / org.burst_bytes;  // of a beat
  const double data = clock * t.ccd_s / org.channels;                              // a burst
  next_read = front + back + clock * (1 + t.rl + t.burst);
  // The bursts that make up a stream's first beats come from several banks, activated in turn.
  const double others = clock * t.rrd_s * (org.spread_groups - 1.0);
  first_read = next_read + clock * t.rcd_rd + std::max(0.0, others - (bursts < 1 ? 1 / bursts : 0));
  write_answer = front + back + clock;
  data_beat = bursts * data;
  read_beat = std::max(bus_beat, data_beat);
  turn = clock * (t.rtw + t.wl + t.burst + t.wtr_l + 1.0);
  turn_writes = (dram.policy.write_high - dram.policy.write_low) * org.channels / bursts;
  turn_reads = dram.policy.turn_cap * org.channels / bursts;
  waiting_writes = dram.policy.write_high * org.channels / bursts;
  row_beats =
      static_cast<double>(org.row_bytes) * org.spread_groups * org.channels / machine.axi_bytes;
  write_buffer = dram.policy.queue * org.channels / bursts;
  row_cost = 2;
  data_beat += row_cost / row_beats;
  read_beat = std::max(bus_beat, data_beat);
  refresh_period = clock * t.refi;
  refresh_cost = clock * (t.rfc + t.rtp + t.rp_ab + t.rcd_rd);
}

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Rates and latencies from the timing table of a DRAM type.
#include "study/analytic/memory_rates.h"

#include <algorithm>
#include <cmath>

namespace tercet {
namespace {

constexpr double kPsPerUs = 1e6;
constexpr double kRowCost = 2.0;  // cycles lost at the end of a row of a linear stream, measured

}  // namespace

MemoryRates::MemoryRates(const tercet_config& machine, const DramConfig& dram) {
  read_beat = 1.0 / machine.axi_ports;
  if (dram.fixed_latency != 0) {
    first_read = next_read = write_answer = dram.fixed_latency;
    return;
  }
  const DramTiming& t = dram.timing;
  const DramOrganisation& org = dram.org;
  const DramPolicy& policy = dram.policy;
  const double clock = machine.clock_mhz * 1000.0 / dram.clock_khz;  // cycles a DRAM cycle
  const double cycle_ps = kPsPerUs / machine.clock_mhz;
  const double front = std::ceil(policy.front_ps / cycle_ps);
  const double back = std::ceil(policy.back_ps / cycle_ps);
  const double bursts = static_cast<double>(machine.axi_bytes) / org.burst_bytes;  // a beat
  const double beats_a_burst = org.channels / bursts;  // one burst in each channel
  next_read = front + back + clock * (1 + t.rl + t.burst);
  // A stream's first bursts lie in several bank groups, which are activated one after the other.
  // Beats of the first burst keep the bus busy meanwhile.
  const double others = clock * t.rrd_s * (org.spread_groups - 1.0);
  const double covered = bursts < 1 ? 1 / bursts : 0;
  first_read = next_read + clock * t.rcd_rd + std::max(0.0, others - covered);
  write_answer = front + back + clock;
  const double row_beats =
      static_cast<double>(org.row_bytes) * org.spread_groups * org.channels / machine.axi_bytes;
  data_beat = bursts * clock * t.ccd_s / org.channels + kRowCost / row_beats;
  read_beat = std::max(read_beat, data_beat);
  turn = clock * (t.rtw + t.wl + t.burst + t.wtr_l);
  high_writes = policy.write_high * beats_a_burst;
  low_writes = policy.write_low * beats_a_burst;
  least_writes = policy.turn_min * beats_a_burst;
  turn_reads = policy.turn_cap * beats_a_burst;
  write_buffer = policy.queue * beats_a_burst;
  refresh_period = clock * t.refi;
  refresh_cost = clock * (t.rfc + t.rtp + t.rp_ab + t.rcd_rd);
}

}  // namespace tercet

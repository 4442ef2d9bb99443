// SPDX-License-Identifier: Apache-2.0
// The numbers that make one DRAM type: organisation, timing, policy. Data, no behaviour.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tercet {

/// How the bytes are spread. All counts are powers of two; docs/dram.md draws the address bits.
struct DramOrganisation {
  uint32_t channels = 1;           ///< independent command and data buses
  uint32_t bank_groups = 1;        ///< per channel; 1 = no bank groups
  uint32_t banks_per_group = 8;    ///< at most 32 banks a channel
  uint32_t rows = 1;               ///< per bank
  uint32_t row_bytes = 2048;       ///< one bank's row (page)
  uint32_t burst_bytes = 32;       ///< of one read or write command
  uint32_t interleave_bytes = 64;  ///< consecutive bytes in one channel
  uint32_t spread_groups = 1;      ///< bank groups that consecutive bursts of a channel go round
};

/// In cycles of the command clock, from command to command unless the comment says otherwise.
struct DramTiming {
  uint32_t rl = 0;          ///< read command to first data
  uint32_t wl = 0;          ///< write command to first data
  uint32_t burst = 0;       ///< data of one burst on the bus
  uint32_t rcd_rd = 0;      ///< activate to read
  uint32_t rcd_wr = 0;      ///< activate to write
  uint32_t rp = 0;          ///< precharge to activate, one bank
  uint32_t rp_ab = 0;       ///< precharge of all banks to refresh or activate
  uint32_t ras = 0;         ///< activate to precharge
  uint32_t rtp = 0;         ///< read to precharge
  uint32_t wr = 0;          ///< end of write data to precharge
  uint32_t rrd_s = 0;       ///< activate to activate, other bank group
  uint32_t rrd_l = 0;       ///< activate to activate, same bank group
  uint32_t faw = 0;         ///< window that holds at most four activates
  uint32_t ccd_s = 0;       ///< read to read or write to write, other bank group
  uint32_t ccd_l = 0;       ///< the same in one bank group
  uint32_t wtr_s = 0;       ///< end of write data to read, other bank group
  uint32_t wtr_l = 0;       ///< end of write data to read, same bank group
  uint32_t rtw = 0;         ///< read to write
  uint32_t refi = 0;        ///< between two all-bank refreshes
  uint32_t rfc = 0;         ///< refresh to activate
  uint32_t act_bus = 1;     ///< command bus taken by an activate
  uint32_t pre_bus = 1;     ///< command bus taken by a precharge or a refresh
  uint32_t column_bus = 1;  ///< command bus taken by a read or a write
};

/// What the controller does with its freedom.
struct DramPolicy {
  uint32_t queue = 64;        ///< bursts per channel and direction among which it reorders, <= 64
  uint32_t hit_cap = 32;      ///< younger row hits that may pass an older burst of their bank
  uint32_t write_high = 48;   ///< queued writes that start a drain while reads wait
  uint32_t write_low = 16;    ///< queued writes at which a drain ends if reads wait
  uint32_t turn_min = 16;     ///< bursts of one direction before a mark ends its turn
  uint32_t turn_cap = 256;    ///< bursts of one direction for which the other one waits at most
  bool posted_writes = true;  ///< a write is answered when queued, else when stored
  bool split_bus = false;     ///< row commands have a bus of their own
  uint32_t front_ps = 10000;  ///< from the machine's port to the queue
  uint32_t back_ps = 10000;   ///< from the end of the data to the machine's port
};

/// One DRAM type. With `fixed_latency` > 0 there are no banks: see DramModel.
struct DramConfig {
  std::string name;
  uint32_t clock_khz = 0;      ///< command clock
  uint32_t fixed_latency = 0;  ///< cycles of the machine; 0 = a real DRAM
  DramOrganisation org;
  DramTiming timing;
  DramPolicy policy;
};

/// A field of DramTiming by name, such as "tRCD_RD".
struct DramTimingField {
  const char* name;
  uint32_t DramTiming::*member;
};
const std::vector<DramTimingField>& dram_timing_fields();

/// Bytes of all channels.
uint64_t dram_capacity(const DramOrganisation& org);

/// Bytes a second on all data buses.
double dram_peak_bytes_per_s(const DramConfig& config);

/// Throws Error naming the preset and the field if the numbers cannot be a DRAM.
void check_dram_config(const DramConfig& config);

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Refuses configurations that cannot be a DRAM.
#include "sim/dram/dram_config.h"

#include "base/error.h"

namespace tercet {
namespace {

using Org = DramOrganisation;
using Timing = DramTiming;

bool power_of_two(uint32_t value) { return value != 0 && (value & (value - 1)) == 0; }

void check_organisation(const DramConfig& config) {
  struct Field {
    const char* name;
    uint32_t value;
  };
  const Org& org = config.org;
  const Field fields[] = {
      {"channels", org.channels},
      {"bank_groups", org.bank_groups},
      {"banks_per_group", org.banks_per_group},
      {"rows", org.rows},
      {"row_bytes", org.row_bytes},
      {"burst_bytes", org.burst_bytes},
      {"interleave_bytes", org.interleave_bytes},
      {"spread_groups", org.spread_groups},
  };
  for (const Field& field : fields) {
    if (!power_of_two(field.value)) {
      fail("dram {}: {} = {} must be a power of two", config.name, field.name, field.value);
    }
  }
  const auto at_most = [&](const char* name, uint64_t value, const char* what, uint64_t limit) {
    if (value > limit)
      fail("dram {}: {} = {} is over {} {}", config.name, name, value, what, limit);
  };
  at_most("channels", org.channels, "the limit", 64);
  at_most("banks_per_group", uint64_t{org.bank_groups} * org.banks_per_group,
          "the limit of banks a channel", 32);
  at_most("spread_groups", org.spread_groups, "bank_groups", org.bank_groups);
  at_most("burst_bytes", org.burst_bytes, "row_bytes", org.row_bytes);
  at_most("burst_bytes", org.burst_bytes, "interleave_bytes", org.interleave_bytes);
  if (org.burst_bytes < 16)
    fail("dram {}: burst_bytes = {} is under 16", config.name, org.burst_bytes);
}

void check_timing(const DramConfig& config) {
  for (const DramTimingField& field : dram_timing_fields()) {
    if (config.timing.*field.member == 0) {
      fail("dram {}: {} = 0 must be at least 1 cycle", config.name, field.name);
    }
  }
  const Timing& t = config.timing;
  const auto at_least = [&](const char* name, uint64_t value, const char* what, uint64_t limit) {
    if (value < limit)
      fail("dram {}: {} = {} is under {} = {}", config.name, name, value, what, limit);
  };
  at_least("tRAS", t.ras, "tRCD_RD", t.rcd_rd);
  at_least("tRAS", t.ras, "tRCD_WR", t.rcd_wr);
  at_least("tRPab", t.rp_ab, "tRP", t.rp);
  at_least("tRRD_L", t.rrd_l, "tRRD_S", t.rrd_s);
  at_least("tFAW", t.faw, "tRRD_S", t.rrd_s);
  at_least("tCCD_S", t.ccd_s, "burst", t.burst);
  at_least("tCCD_S", t.ccd_s, "column_bus", t.column_bus);
  at_least("tCCD_L", t.ccd_l, "tCCD_S", t.ccd_s);
  at_least("tWTR_L", t.wtr_l, "tWTR_S", t.wtr_s);
  at_least("tRTW + WL", uint64_t{t.rtw} + t.wl, "RL + burst", uint64_t{t.rl} + t.burst);
  at_least("tREFI", t.refi, "tRFC + tRPab + tRAS", uint64_t{t.rfc} + t.rp_ab + t.ras);
}

void check_policy(const DramConfig& config) {
  const DramPolicy& p = config.policy;
  if (p.queue < 1 || p.queue > 64)
    fail("dram {}: queue = {} must be 1 to 64", config.name, p.queue);
  if (p.hit_cap < 1) fail("dram {}: hit_cap = 0 must be at least 1", config.name);
  if (p.turn_min < 1 || p.turn_min > p.turn_cap) {
    fail("dram {}: turn_min = {} must be 1 to turn_cap = {}", config.name, p.turn_min, p.turn_cap);
  }
  if (p.write_high < 1 || p.write_high > p.queue) {
    fail("dram {}: write_high = {} must be 1 to queue = {}", config.name, p.write_high, p.queue);
  }
  if (p.write_low >= p.write_high) {
    fail("dram {}: write_low = {} must be under write_high = {}", config.name, p.write_low,
         p.write_high);
  }
}

}  // namespace

const std::vector<DramTimingField>& dram_timing_fields() {
  static const std::vector<DramTimingField> kFields = {
      {"RL", &Timing::rl},
      {"WL", &Timing::wl},
      {"burst", &Timing::burst},
      {"tRCD_RD", &Timing::rcd_rd},
      {"tRCD_WR", &Timing::rcd_wr},
      {"tRP", &Timing::rp},
      {"tRPab", &Timing::rp_ab},
      {"tRAS", &Timing::ras},
      {"tRTP", &Timing::rtp},
      {"tWR", &Timing::wr},
      {"tRRD_S", &Timing::rrd_s},
      {"tRRD_L", &Timing::rrd_l},
      {"tFAW", &Timing::faw},
      {"tCCD_S", &Timing::ccd_s},
      {"tCCD_L", &Timing::ccd_l},
      {"tWTR_S", &Timing::wtr_s},
      {"tWTR_L", &Timing::wtr_l},
      {"tRTW", &Timing::rtw},
      {"tREFI", &Timing::refi},
      {"tRFC", &Timing::rfc},
      {"act_bus", &Timing::act_bus},
      {"pre_bus", &Timing::pre_bus},
      {"column_bus", &Timing::column_bus},
  };
  return kFields;
}

uint64_t dram_capacity(const DramOrganisation& org) {
  return uint64_t{org.channels} * org.bank_groups * org.banks_per_group * org.rows * org.row_bytes;
}

double dram_peak_bytes_per_s(const DramConfig& config) {
  if (config.fixed_latency != 0) return 0.0;
  return 1e3 * config.clock_khz * config.org.channels * config.org.burst_bytes /
         config.timing.ccd_s;
}

void check_dram_config(const DramConfig& config) {
  if (config.fixed_latency != 0) return;
  if (config.clock_khz == 0) fail("dram {}: clock_khz = 0 must be over 0", config.name);
  check_organisation(config);
  check_timing(config);
  check_policy(config);
}

}  // namespace tercet

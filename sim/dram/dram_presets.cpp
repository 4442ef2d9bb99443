// SPDX-License-Identifier: Apache-2.0
// The preset table, one row per number, each with where it comes from; and configs of it.
//
// kind: standard  = the JEDEC standard's value as public simulators and data sheets repeat it
//       simulator = the value of the named public configuration
//       scaled    = the named value at another clock, kept constant in time
//       derived   = follows from other rows or from the data rate
//       assumed   = our choice
// "recalled" marks what no public configuration that we looked at confirms.
#include "sim/dram/dram_presets.h"

#include <algorithm>
#include <set>

#include "base/error.h"

namespace tercet {
namespace {

constexpr uint32_t kNs = 1000;  // ps

// One 16 Gb die: two 16-bit channels of 8 Gb. 12.8 GB/s, 2 GiB.
DramPreset lpddr4_3200() {
  DramPreset preset{};
  preset.name = "lpddr4-3200";
  preset.organisation_source = "JESD209-4: x16, 8 banks, 2 KiB pages, BL16; two channels a die";
  preset.clock_khz = 1600000;
  preset.org = {2, 1, 8, 65536, 2048, 32, 32, 1};
  const char* dramsys = "DRAMSys JEDEC_512Mbx16_LPDDR4-3200.json";
  preset.rows = {
      {"RL", 0, 28, 0, "standard", dramsys},
      {"WL", 0, 14, 0, "standard", dramsys},
      {"burst", 0, 8, 0, "derived", "BL16, double data rate"},
      {"tRCD_RD", 18 * kNs, 4, 0, "standard", dramsys},
      {"tRCD_WR", 18 * kNs, 4, 0, "standard", dramsys},
      {"tRP", 18 * kNs, 4, 0, "standard", "tRPpb; DRAMSys, as above"},
      {"tRPab", 21 * kNs, 4, 0, "standard", dramsys},
      {"tRAS", 42 * kNs, 3, 0, "standard", dramsys},
      {"tRTP", 7500, 8, 0, "standard", dramsys},
      {"tWR", 18 * kNs, 6, 1, "standard", "DRAMSys, as above; + 1 cycle for tDQSS"},
      {"tRRD_S", 10 * kNs, 4, 0, "standard", dramsys},
      {"tRRD_L", 10 * kNs, 4, 0, "standard", "no bank groups: tRRD"},
      {"tFAW", 40 * kNs, 0, 0, "standard", dramsys},
      {"tCCD_S", 0, 8, 0, "standard", dramsys},
      {"tCCD_L", 0, 8, 0, "standard", "no bank groups: tCCD"},
      {"tWTR_S", 10 * kNs, 8, 1, "standard", "DRAMSys, as above; + 1 cycle for tDQSS"},
      {"tWTR_L", 10 * kNs, 8, 1, "standard", "no bank groups: tWTR"},
      {"tRTW", 0, 30, 0, "derived", "RL + tDQSCK 6 + burst + tWPRE 2 - WL"},
      {"tREFI", 3904 * kNs, 0, 0, "standard", "DRAMSys, as above: 6246 cycles"},
      {"tRFC", 280 * kNs, 0, 0, "standard", "tRFCab of 8 Gb a channel; DRAMSys, as above"},
      {"act_bus", 0, 4, 0, "standard", "ACT-1 and ACT-2, two cycles each (recalled)"},
      {"pre_bus", 0, 2, 0, "standard", "one command of two cycles (recalled)"},
      {"column_bus", 0, 4, 0, "standard", "RD-1 or WR-1, and CAS-2, two cycles each (recalled)"},
  };
  return preset;
}

// Four 16-bit channels of 16 Gb in bank-group mode. 68.264 GB/s, 8 GiB.
DramPreset lpddr5x_8533() {
  DramPreset preset{};
  preset.name = "lpddr5x-8533";
  preset.organisation_source =
      "JESD209-5: x16, 4 bank groups of 4, 2 KiB pages, BL16, WCK:CK 4:1; Ramulator 2 "
      "LPDDR5_16Gb_x16";
  preset.clock_khz = 1066625;  // 8533 MT/s / 8
  preset.org = {4, 4, 4, 65536, 2048, 32, 64, 2};
  const char* gem5 = "gem5 LPDDR5_6400_1x16_BG_BL16";
  const char* ramulator = "Ramulator 2 LPDDR5_6400";
  preset.rows = {
      {"RL", 21250, 0, 0, "scaled", "Ramulator 2 and gem5 LPDDR5-6400: 17 x 1.25 ns"},
      {"WL", 11250, 0, 0, "scaled", "Ramulator 2 LPDDR5_6400: 9 x 1.25 ns"},
      {"burst", 0, 2, 0, "derived", "BL16, eight transfers a cycle"},
      {"tRCD_RD", 18 * kNs, 2, 0, "standard", gem5},
      {"tRCD_WR", 18 * kNs, 2, 0, "standard", gem5},
      {"tRP", 18 * kNs, 2, 0, "standard", gem5},
      {"tRPab", 21 * kNs, 2, 0, "standard", "Ramulator 2 LPDDR5_6400: 17 x 1.25 ns"},
      {"tRAS", 42 * kNs, 3, 0, "standard", gem5},
      {"tRTP", 7500, 2, 0, "standard", "gem5, as above: max(7.5 ns, 2 cycles) from the command"},
      {"tWR", 34 * kNs, 3, 0, "standard", gem5},
      {"tRRD_S", 5 * kNs, 2, 0, "standard", gem5},
      {"tRRD_L", 5 * kNs, 2, 0, "standard", gem5},
      {"tFAW", 20 * kNs, 0, 0, "standard", gem5},
      {"tCCD_S", 0, 2, 0, "standard", ramulator},
      {"tCCD_L", 0, 4, 0, "standard", ramulator},
      {"tWTR_S", 6250, 4, 0, "standard", gem5},
      {"tWTR_L", 12 * kNs, 4, 0, "standard", gem5},
      {"tRTW", 10 * kNs, 0, 4, "derived", "RL + burst + 2 - WL as Ramulator 2"},
      {"tREFI", 3906 * kNs, 0, 0, "standard", ramulator},
      {"tRFC", 280 * kNs, 0, 0, "standard", "tRFCab of 16 Gb; Ramulator 2 LPDDR5"},
      {"act_bus", 0, 2, 0, "standard", "ACT-1 and ACT-2; Ramulator 2 LPDDR5"},
      {"pre_bus", 0, 1, 0, "standard", "one command; Ramulator 2 LPDDR5"},
      {"column_bus", 0, 1, 0, "standard", "one command; WCK stays in step"},
  };
  return preset;
}

// A stack of 8 channels as 16 pseudo channels of 64 bits and 4 Gb. 460.8 GB/s, 8 GiB.
DramPreset hbm2e() {
  DramPreset preset{};
  preset.name = "hbm2e";
  preset.organisation_source =
      "JESD235: 16 pseudo channels x 64 bit, 4 bank groups of 4, 1 KiB pages, BL4; Ramulator 2 "
      "HBM2_4Gb";
  preset.clock_khz = 1800000;  // 3600 MT/s / 2
  preset.org = {16, 4, 4, 32768, 1024, 32, 64, 2};
  preset.policy.split_bus = true;
  const char* ramulator = "Ramulator 2 HBM2_2000Mbps at 1 ns a cycle";
  const char* dramsim = "DRAMsim3 HBM2_8Gb_x128.ini and Ramulator 2 HBM2_2000Mbps";
  preset.rows = {
      {"RL", 14 * kNs, 0, 0, "scaled", dramsim},
      {"WL", 5 * kNs, 0, 0, "scaled", ramulator},
      {"burst", 0, 2, 0, "derived", "BL4, double data rate"},
      {"tRCD_RD", 14 * kNs, 0, 0, "scaled", dramsim},
      {"tRCD_WR", 12 * kNs, 0, 0, "scaled", ramulator},
      {"tRP", 14 * kNs, 0, 0, "scaled", dramsim},
      {"tRPab", 14 * kNs, 0, 0, "scaled", "as tRP"},
      {"tRAS", 34 * kNs, 0, 0, "scaled", dramsim},
      {"tRTP", 5 * kNs, 0, 0, "scaled", ramulator},
      {"tWR", 16 * kNs, 0, 0, "scaled", dramsim},
      {"tRRD_S", 4 * kNs, 4, 0, "scaled", dramsim},
      {"tRRD_L", 6 * kNs, 4, 0, "scaled", "DRAMsim3 HBM2_8Gb_x128.ini"},
      {"tFAW", 15 * kNs, 8, 0, "simulator", "Ramulator 2 HBM2"},
      {"tCCD_S", 0, 2, 0, "standard", "Ramulator 2 HBM2"},
      {"tCCD_L", 0, 4, 0, "standard", "Ramulator 2 HBM2"},
      {"tWTR_S", 6 * kNs, 0, 0, "scaled", dramsim},
      {"tWTR_L", 8 * kNs, 0, 0, "scaled", dramsim},
      {"tRTW", 9 * kNs, 0, 4, "derived", "RL + burst + 2 - WL as Ramulator 2"},
      {"tREFI", 3900 * kNs, 0, 0, "standard", dramsim},
      {"tRFC", 260 * kNs, 0, 0, "standard", "4 Gb a pseudo channel; Ramulator 2 HBM2"},
      {"act_bus", 0, 2, 0, "standard", "two cycles; Ramulator 2 HBM2"},
      {"pre_bus", 0, 1, 0, "standard", "one cycle; Ramulator 2 HBM2"},
      {"column_bus", 0, 1, 0, "standard", "one cycle, on a bus of its own"},
  };
  return preset;
}

constexpr uint32_t kIdealLatency = 4;  // machine cycles

/// Rounded up, as all rows are least times; but tREFI is a longest time.
uint32_t cycles(const DramRow& row, uint32_t clock_khz) {
  constexpr uint64_t kPsPerMs = 1000000000;
  const bool longest = std::string(row.field) == "tREFI";
  const uint64_t from_ps = (uint64_t{row.ps} * clock_khz + (longest ? 0 : kPsPerMs - 1)) / kPsPerMs;
  return static_cast<uint32_t>(std::max<uint64_t>(from_ps, row.nck)) + row.plus;
}

}  // namespace

const std::vector<DramPreset>& dram_presets() {
  static const std::vector<DramPreset> kPresets = {lpddr4_3200(), lpddr5x_8533(), hbm2e()};
  return kPresets;
}

DramConfig dram_config(const DramPreset& preset) {
  DramConfig config;
  config.name = preset.name;
  config.clock_khz = preset.clock_khz;
  config.org = preset.org;
  config.policy = preset.policy;
  std::set<std::string> seen;
  for (const DramRow& row : preset.rows) {
    const auto& fields = dram_timing_fields();
    const auto field = std::find_if(fields.begin(), fields.end(), [&row](const auto& candidate) {
      return std::string(candidate.name) == row.field;
    });
    if (field == fields.end()) fail("dram {}: unknown timing {}", preset.name, row.field);
    if (!seen.insert(row.field).second) fail("dram {}: {} is there twice", preset.name, row.field);
    config.timing.*field->member = cycles(row, preset.clock_khz);
  }
  for (const DramTimingField& field : dram_timing_fields()) {
    if (seen.count(field.name) == 0) fail("dram {}: {} is missing", preset.name, field.name);
  }
  check_dram_config(config);
  return config;
}

DramConfig dram_config(const std::string& name) {
  std::string known = "ideal";
  if (name == known) {
    DramConfig config;
    config.name = name;
    config.fixed_latency = kIdealLatency;
    return config;
  }
  for (const DramPreset& preset : dram_presets()) {
    if (name == preset.name) return dram_config(preset);
    known += std::string(", ") + preset.name;
  }
  fail("dram '{}' is unknown; known: {}", name, known);
}

}  // namespace tercet

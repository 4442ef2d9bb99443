// SPDX-License-Identifier: Apache-2.0
// Turns the preset table into configs.
#include "sim/dram/dram_presets.h"

#include <algorithm>
#include <set>

#include "base/error.h"

namespace tercet {
namespace {

constexpr uint32_t kIdealLatency = 4;  // machine cycles

/// Rounded up, as all rows are least times; but tREFI is a longest time.
uint32_t cycles(const DramRow& row, uint32_t clock_khz) {
  constexpr uint64_t kPsPerMs = 1000000000;
  const bool longest = std::string(row.field) == "tREFI";
  const uint64_t from_ps = (uint64_t{row.ps} * clock_khz + (longest ? 0 : kPsPerMs - 1)) / kPsPerMs;
  return static_cast<uint32_t>(std::max<uint64_t>(from_ps, row.nck)) + row.plus;
}

}  // namespace

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

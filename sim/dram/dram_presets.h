// SPDX-License-Identifier: Apache-2.0
// The DRAM types that Tercet knows: each number with its source.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/dram/dram_config.h"

namespace tercet {

/// One timing of a data sheet: max(ps, nck cycles) + plus cycles.
struct DramRow {
  const char* field;  ///< a name of dram_timing_fields()
  uint32_t ps;
  uint32_t nck;
  uint32_t plus;
  const char* kind;    ///< standard, simulator, scaled, derived, assumed
  const char* source;  ///< what is behind the number
};

/// A DRAM type as its sources state it.
struct DramPreset {
  const char* name;
  const char* organisation_source;
  uint32_t clock_khz;
  DramOrganisation org;
  DramPolicy policy;
  std::vector<DramRow> rows;
};

/// The DRAM types; "ideal" is not among them as it has no rows.
const std::vector<DramPreset>& dram_presets();

/// The config of the preset `name` ("ideal" too). Throws Error listing the names otherwise.
DramConfig dram_config(const std::string& name);

/// Turns sourced rows into cycles. Throws Error for a row that is missing, double or unknown.
DramConfig dram_config(const DramPreset& preset);

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// What a run's memory says about itself.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/table.h"
#include "sim/dram/dram_config.h"
#include "sim/dram/dram_stats.h"
#include "tercet_hw.h"

namespace tercet {

struct DramReport {
  std::string name;
  DramStats stats;
  double gb_per_s = 0.0;       ///< 1e9 bytes asked for and moved, a second at the machine's clock
  double peak_gb_per_s = 0.0;  ///< of the DRAM's data bus; of the machine's port if it is ideal
  double of_peak = 0.0;        ///< of the lower of DRAM and port
  double row_hits = 0.0;       ///< share of bursts; 0 for an ideal memory
};

/// `cycles` of the machine in which `stats` were counted.
DramReport make_dram_report(const DramConfig& dram, const tercet_config& machine,
                            const DramStats& stats, uint64_t cycles);

nlohmann::ordered_json to_json(const DramReport& report);

/// "25.2 GB/s of lpddr5x-8533: 39.4 % of what its bus and the port can do".
std::string bandwidth_text(const DramReport& report);

/// Appends rows.
void add_rows(const DramReport& report, Table* table);

}  // namespace tercet

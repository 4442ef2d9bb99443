// SPDX-License-Identifier: Apache-2.0
// What a run's performance counters, its memory and its waveform say about a machine.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "base/table.h"
#include "host_driver/driver.h"
#include "sim/dram/dram_config.h"
#include "sim/dram/dram_stats.h"
#include "sim/timed_device.h"
#include "sim/verilated/verilated_options.h"

namespace tercet {

/// Shares of the cycles in which a command was in flight; they are 0 when there were none.
struct MachineReport {
  Counters counters{};
  double array = 0.0;        ///< products done / products the whole array could have done
  double read_beats = 0.0;   ///< weight and activation beats / (cycles x ports): the bus in use
  double write_beats = 0.0;  ///< output beats / (cycles x ports)
  double active = 0.0;       ///< the array took a token
  double stall_weights = 0.0;
  double stall_acts = 0.0;
  double stall_output = 0.0;
  double other = 0.0;  ///< fill, drain and hand-over
};

/// `products` weights x tokens that were computed while `counters` counted.
MachineReport make_machine_report(const tercet_config& machine, const Counters& counters,
                                  uint64_t products);

/// Names of the counters, as docs/registers.md writes them but in lower case.
const char* counter_name(int counter);
nlohmann::ordered_json counters_json(const Counters& counters);

nlohmann::ordered_json to_json(const MachineReport& report);

/// Appends rows.
void add_rows(const MachineReport& report, Table* table);

/// What a memory says about itself.
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

/// "FILE: cycles 100 to 299, 12.3 kB".
std::string describe_waveform(const std::string& file, const WaveformCounts& counts);

/// file, bytes, first_cycle, last_cycle; the last two are null if no cycle was traced.
nlohmann::ordered_json waveform_json(const std::string& file, const WaveformCounts& counts);

/// Throws Error naming option, window and the run's last cycle if the file of the window
/// [first, last) has no bytes.
void check_reached(const char* option, uint64_t first, uint64_t last, uint64_t bytes,
                   uint64_t run_last);
/// The same of --trace-window, if there is a waveform.
void check_reached(const TraceOptions& trace, const std::optional<WaveformCounts>& counts);

}  // namespace tercet

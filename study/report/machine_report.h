// SPDX-License-Identifier: Apache-2.0
// What a run's performance counters say about a machine.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "base/table.h"
#include "host_driver/driver.h"
#include "host_driver/layout.h"

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

nlohmann::ordered_json to_json(const MachineReport& report);

/// Appends rows.
void add_rows(const MachineReport& report, Table* table);

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// What commands take of each unit, from formulas: activities of machines that are not simulated.
#pragma once

#include <vector>

#include "study/analytic/analytic_model.h"
#include "study/energy/machine_activity.h"

namespace tercet {

/// What the formulas cannot know of the data.
struct DataStatistics {
  double zeros = 0.422;  ///< share of zero weights; 2B-4T's
  double toggles = 0.5;  ///< share of the array's input bits that change from token to token
};

/// The machine of a model, for a ledger.
EnergyMachine energy_machine(const AnalyticModel& model, const DramConfig& dram);

/// `commands` gone through `repeats` times in `cycles` cycles. Exact but for the DRAM (linear
/// streams: a row is opened once, and again after a refresh), bursts and what `data` says.
MachineActivity estimate_activity(const AnalyticModel& model, const DramConfig& dram,
                                  const std::vector<Gemm>& commands, int64_t repeats, double cycles,
                                  const DataStatistics& data);

}  // namespace tercet

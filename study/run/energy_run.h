// SPDX-License-Identifier: Apache-2.0
// Runs whose energy is the question, and their energy by layer, by projection or by matrix.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "study/run/run.h"

namespace tercet {

/// A run brought to its end. Throws Interrupted if it is stopped, Error if
/// the backend has no ledger.
RunResult finished_run(const RunOptions& options, const RunEvents& events);

/// The same run on SystemC and on the RTL. Throws Error unless all counts and cycles are equal,
/// product by product. Returns the RTL's.
RunResult run_both(const RunOptions& options, const RunEvents& events);

struct EnergyGroup {
  std::string name;
  uint64_t calls = 0;
  EnergyLedger ledger;
};
using EnergyGroups = std::vector<EnergyGroup>;

/// `by`: "layer", "projection" or "product".
EnergyGroups group_products(const EnergyProfile& profile, const EnergyMachine& machine,
                            const std::vector<ProductActivity>& products, const std::string& by);

/// Throws Error unless the groups add up to `whole` less the host's floats, to 1e-9.
void check_groups(const EnergyGroups& groups, const EnergyLedger& whole);

std::string groups_text(const EnergyGroups& groups, const std::string& by);
nlohmann::ordered_json to_json(const EnergyGroups& groups);

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Ledgers as text and JSON, each beside that of a baseline.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "study/energy/ledger.h"

namespace tercet {

struct EnergyReport {
  EnergyLedger ours;
  std::optional<EnergyLedger> baseline;  ///< the same work on a machine with other elements
  std::string baseline_name;             ///< "FP16 machine"
  std::string baseline_how;              ///< a line on where its figures come from
  double tokens = 0.0;                   ///< the work's, for figures a token
  bool counted = false;                  ///< ours are a machine's counts, not those of formulas
};

/// Makes both ledgers and checks them (check_ledger, check_area). Throws Error if a check fails.
EnergyReport make_energy_report(const EnergyProfile& profile, const EnergyMachine& machine,
                                const MachineActivity& activity, double tokens, bool counted);
void add_baseline(const EnergyProfile& profile, const EnergyMachine& machine,
                  const MachineActivity& activity, const std::string& name, const std::string& how,
                  EnergyReport* report);

/// Levels and components, two tables.
std::string energy_text(const EnergyReport& report);
/// Each line with its count, row and source.
std::string ledger_text(const EnergyLedger& ledger);

nlohmann::ordered_json to_json(const EnergyReport& report);
nlohmann::ordered_json to_json(const EnergyLedger& ledger);
nlohmann::ordered_json to_json(const EngineCounts& counts);

/// Names of counts that have no row, of a baseline those alone that `ours` does not name, and rows
/// that nothing uses; empty if there are none.
std::string missing_text(const EnergyLedger& ours, const EnergyLedger* baseline);

/// What the names of the ledger's levels mean: a line for those that have rows.
std::string level_meanings(const EnergyLedger& ledger);

/// "80.32 x"; "-" for none.
std::string ratio_text(const std::optional<double>& ratio);

/// "1.23 uJ".
std::string joules(double joule);

}  // namespace tercet

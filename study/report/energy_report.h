// SPDX-License-Identifier: Apache-2.0
// Ledgers as text and JSON, each beside that of a baseline.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/table.h"
#include "study/energy/ledger.h"

namespace tercet {

struct EnergyReport {
  EnergyLedger ours;
  std::optional<EnergyLedger> baseline;  ///< the same work on a machine with other elements
  std::string baseline_name;             ///< "FP16 machine"
  std::string baseline_how;              ///< a sentence on where its figures come from
  double tokens = 0.0;                   ///< that went through the model: for figures a token
  bool counted = false;                  ///< ours are a machine's counts, not those of formulas
  std::string phase;                     ///< of a run: "prefill" or "decode"; empty: all of it
  /// Of a run, if there are any. Our energies add up to those of the run; the baseline's do so but
  /// for roundings, as it is estimated for each phase by itself.
  std::vector<EnergyReport> phases;

  double tokens_per_s() const { return tokens / ours.seconds(); }
  /// How many times the baseline's cycles ours are worth; kNoFigure without a baseline.
  double speed_up() const;
};

/// Makes both ledgers and checks them (check_ledger, check_area). Throws Error if a check fails.
EnergyReport make_energy_report(const EnergyProfile& profile, const EnergyMachine& machine,
                                const MachineActivity& activity, double tokens, bool counted);
void add_baseline(const EnergyProfile& profile, const EnergyMachine& machine,
                  const MachineActivity& activity, const std::string& name, const std::string& how,
                  EnergyReport* report);

/// Appends a summary: cycles, time and energy of each phase, speed, energy a token by level.
void add_rows(const EnergyReport& report, Table* table);
/// What belongs under these rows: what the levels mean, and gaps_text.
std::string energy_notes(const EnergyReport& report);
/// Levels and components, two tables, and how the figures came about.
std::string energy_text(const EnergyReport& report);
/// Each line with its count, row and source.
std::string ledger_text(const EnergyLedger& ledger);

nlohmann::ordered_json to_json(const EnergyReport& report);
nlohmann::ordered_json to_json(const EnergyLedger& ledger);
nlohmann::ordered_json to_json(const EngineCounts& counts);

/// Sentences on levels without a figure and the rows that they lack, and on what the profile leaves
/// out; of a baseline what `ours` does not say already. Empty if there is nothing to say.
std::string gaps_text(const EnergyLedger& ours, const EnergyLedger* baseline);

/// What the names of the ledger's levels mean: a line or two.
std::string level_meanings(const EnergyLedger& ledger);

/// "1.23 µJ".
std::string joules(double joule);

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// The energy ledger: each figure is a count of a run times a row of a profile.
#pragma once

#include <array>
#include <limits>
#include <string>
#include <vector>

#include "study/energy/machine_activity.h"
#include "study/energy/profile.h"

namespace tercet {

/// What a figure includes; each level has all of those before it.
enum class EnergyLevel { kArithmetic, kOnChip, kMemory, kHost };
constexpr std::array<EnergyLevel, 4> kEnergyLevels = {
    EnergyLevel::kArithmetic, EnergyLevel::kOnChip, EnergyLevel::kMemory, EnergyLevel::kHost};
/// "arithmetic only", "on chip", "with memory", "whole token".
const char* level_name(EnergyLevel level);

/// One figure.
struct LedgerLine {
  std::string component;  ///< "array", "accumulators", "DRAM", ...
  std::string what;       ///< "additions", "reads", ...
  EnergyLevel level = EnergyLevel::kArithmetic;
  double count = 0.0;
  std::string counted;  ///< of what: "lanes", "bytes", "ms", ...
  EnergyRow row;        ///< of the profile, or worked out from rows of it (kind "scaled")
  double joule = 0.0;
  double watt = 0.0;  ///< count a second x row; 0 without time
};

/// Joule of one count of a row's unit. Throws Error if the unit is not one of energy.
double joule_per_count(const EnergyRow& row);

/// Something that was counted and has no energy.
struct LedgerGap {
  std::string component;
  std::string what;
  EnergyLevel level = EnergyLevel::kArithmetic;
  /// Rows that the profile lacks without saying so: the level, and those that include it, have no
  /// figure. Empty if the profile says that it leaves them out (EnergyProfile::leaves_out).
  std::vector<std::string> rows;
};

/// What a level has in place of a figure: not a number, which carries over to whatever is made of
/// it, is "-" in a table and null in JSON.
constexpr double kNoFigure = std::numeric_limits<double>::quiet_NaN();

struct EnergyLedger {
  std::string profile;
  EnergyMachine machine;
  MachineActivity activity;
  std::vector<LedgerLine> lines;
  std::vector<LedgerGap> gaps;
  bool lanes_follow = false;  ///< lanes' energy follows the activity of their inputs
  double total_j = 0.0;       ///< of all lines, added up as they were made

  double seconds() const { return machine.seconds(activity.cycles); }
  /// True if all that was counted up to a level has a row, or is left out by the profile's word.
  bool complete(EnergyLevel level) const;
  /// Sum of the lines up to a level; kNoFigure if it is not complete, and so all below.
  double joule(EnergyLevel level) const;
  /// Sum of a component's lines.
  double component(const std::string& name) const;
  /// Components in the order of their first line, then those that have none for lack of a row.
  std::vector<std::string> components() const;
  /// True if the level adds anything to the one before it: an ideal memory adds nothing.
  bool has(EnergyLevel level) const;
  /// Mean power, watt, of the lines up to a level; 0 without time.
  double watt(EnergyLevel level) const;
  /// One op is a multiplication or an addition of a product: two a weight and token, zeros too.
  double tops_per_watt(EnergyLevel level) const;
  /// Of a product, a weight times an activation.
  double pj_per_product(EnergyLevel level) const;
};

/// Baseline over ours; kNoFigure where one of the two adds nothing at that level, has no figure or
/// does not know its array's energy: such a ratio would compare different things.
double energy_ratio(const EnergyLedger& baseline, const EnergyLedger& ours, EnergyLevel level);

/// Multiplies counts and rows. What the profile lacks is named in `gaps`.
EnergyLedger make_ledger(const EnergyProfile& profile, const EnergyMachine& machine,
                         const MachineActivity& activity);

}  // namespace tercet

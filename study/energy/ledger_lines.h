// SPDX-License-Identifier: Apache-2.0
// Which counts of a machine meet which rows of a profile.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "study/energy/ledger.h"

namespace tercet {

/// A row of a profile, or one made of some of them; and those of them that the profile lacks.
struct FoundRow {
  std::optional<EnergyRow> row;
  std::vector<std::string> missing;
};

/// A count, and the row that it is multiplied with, if the profile has it.
struct LedgerEntry : FoundRow {
  std::string component;
  std::string what;
  EnergyLevel level = EnergyLevel::kArithmetic;
  double count = 0.0;
  std::string counted;
};

std::vector<LedgerEntry> ledger_entries(const EnergyProfile& profile, const EnergyMachine& machine,
                                        const MachineActivity& activity);

/// How the energy of lanes follows the share of their input bits that change.
struct LaneActivity {
  double reference = 0.0;  ///< the share at which the profile's rows of lanes were measured, (0, 1]
  double still = 0.0;      ///< share of their energy that stays when no bit changes, [0, 1]

  /// `plain` at another share.
  EnergyRow row(const EnergyRow& plain, double activity) const;
};

/// The profile's KIND_activity and KIND_still, KIND being "ternary", "int8" or "fp16". Nothing if
/// it has neither; throws Error if it has one alone, or one that is no such share.
std::optional<LaneActivity> lane_activity(const EnergyProfile& profile, const std::string& kind);

/// Energy of a byte of an SRAM of `bytes`: the line through the profile's rows sram_8k, sram_32k
/// and sram_1m over the logarithm of the size, level beyond its ends. Needs all three.
FoundRow sram_row(const EnergyProfile& profile, const std::string& name, double bytes);

}  // namespace tercet

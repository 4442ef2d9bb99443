// SPDX-License-Identifier: Apache-2.0
// Which counts of a machine meet which rows of a profile.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/energy/ledger.h"

namespace tercet {

/// A count, and the row that it is multiplied with, if the profile has it.
struct LedgerEntry {
  std::string component;
  std::string what;
  EnergyLevel level = EnergyLevel::kArithmetic;
  double count = 0.0;
  std::string counted;
  std::optional<EnergyRow> row;
};

std::vector<LedgerEntry> ledger_entries(const EnergyProfile& profile, const EnergyMachine& machine,
                                        const MachineActivity& activity);

/// Energy of a byte of an SRAM of `bytes`: the line through the profile's rows sram_8k, sram_32k
/// and sram_1m over the logarithm of the size, level beyond its ends. Nothing if a row is missing.
std::optional<EnergyRow> sram_row(const EnergyProfile& profile, const std::string& name,
                                  double bytes);

}  // namespace tercet

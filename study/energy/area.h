// SPDX-License-Identifier: Apache-2.0
// Area of a machine: its lanes, accumulators and SRAM times a profile's rows.
#pragma once

#include <string>
#include <vector>

#include "study/energy/machine_activity.h"
#include "study/energy/profile.h"

namespace tercet {

constexpr double kMmPerUm = 1e-3;

struct AreaPart {
  std::string name;
  double count = 0.0;
  EnergyRow row;
  double um2 = 0.0;
  double cells = 0.0;  ///< standard cells in it, if the profile says how many
};

/// Of what the profile has rows for. Control, DMA and pads are in none.
struct MachineArea {
  std::vector<AreaPart> parts;
  std::vector<std::string> needed;  ///< rows of all parts, of the lanes first
  double sram_bits = 0.0;
  double smallest_cell_um2 = 0.0;  ///< 0: the profile does not say

  double total_um2() const;
  double array_um2() const;   ///< lanes alone; 0: no row
  double adders_um2() const;  ///< of the accumulators; 0: no row
};

MachineArea machine_area(const EnergyProfile& profile, const EnergyMachine& machine);

/// Bits of activation SRAM, weight FIFO and accumulators.
double sram_bits(const EnergyMachine& machine);

}  // namespace tercet

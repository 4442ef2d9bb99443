// SPDX-License-Identifier: Apache-2.0
// What is made of several rows of a profile: lanes at an activity, an SRAM of a size, areas.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "study/energy/machine_activity.h"
#include "study/energy/profile.h"

namespace tercet {

/// A row of a profile, or one made of some of them; and those of them that the profile lacks.
struct FoundRow {
  std::optional<EnergyRow> row;
  std::vector<std::string> missing;
};

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

struct AreaPart {
  std::string name;
  double count = 0.0;
  EnergyRow row;
  double um2 = 0.0;
  double cells = 0.0;  ///< standard cells in it, if the profile says how many
};

/// Lanes, accumulators and SRAM, of what the profile has rows for. Control, DMA and pads are in
/// none.
struct MachineArea {
  std::vector<AreaPart> parts;
  std::vector<std::string> needed;  ///< rows of all parts, of the lanes first
  double sram_bits = 0.0;           ///< of activation SRAM, weight FIFO and accumulators
  double smallest_cell_um2 = 0.0;   ///< 0: the profile does not say

  double total_um2() const;
  double array_um2() const;   ///< lanes alone; 0: no row
  double adders_um2() const;  ///< of the accumulators; 0: no row
};

MachineArea machine_area(const EnergyProfile& profile, const EnergyMachine& machine);

}  // namespace tercet

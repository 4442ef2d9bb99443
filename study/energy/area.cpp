// SPDX-License-Identifier: Apache-2.0
// Parts of a machine's area.
#include "study/energy/area.h"

namespace tercet {
namespace {

constexpr double kByte = 8.0;
constexpr const char* kLanes = "lanes";
constexpr const char* kAdders = "accumulator adders";

void add(const EnergyProfile& profile, const char* name, const std::string& area,
         const std::string& cells, double count, MachineArea* out, const char* unit = "um2") {
  out->needed.push_back(area);
  const EnergyRow* row = profile.find(area);
  if (row == nullptr) return;
  const bool known = !cells.empty() && profile.find(cells) != nullptr;
  profile.value(area, unit);
  out->parts.push_back(
      {name, count, *row, count * row->value, known ? count * profile.value(cells, "cells") : 0.0});
}

double part_um2(const std::vector<AreaPart>& parts, const std::string& name) {
  for (const AreaPart& part : parts) {
    if (part.name == name) return part.um2;
  }
  return 0.0;
}

}  // namespace

double MachineArea::total_um2() const {
  double sum = 0.0;
  for (const AreaPart& part : parts) sum += part.um2;
  return sum;
}

double MachineArea::array_um2() const { return part_um2(parts, kLanes); }
double MachineArea::adders_um2() const { return part_um2(parts, kAdders); }

double sram_bits(const EnergyMachine& machine) {
  const tercet_config& m = machine.machine;
  const double accumulators = 2.0 * m.tokens * m.cols * machine.sum_bytes();
  const double fifo = static_cast<double>(m.weight_fifo_beats) * m.axi_bytes;
  return (m.act_sram_bytes + fifo + accumulators) * kByte;
}

MachineArea machine_area(const EnergyProfile& profile, const EnergyMachine& machine) {
  const tercet_config& m = machine.machine;
  const std::string kind = elements_name(machine.elements);
  const double lanes = static_cast<double>(m.rows) * m.cols;
  MachineArea area;
  area.sram_bits = sram_bits(machine);
  add(profile, kLanes, "area_" + kind + "_lane", "cells_" + kind + "_lane", lanes, &area);
  if (machine.elements == Elements::kTernary) {
    add(profile, kAdders, "area_accumulate", "cells_accumulate", m.cols, &area);
    add(profile, "weight decode", "area_decode", "cells_decode",
        static_cast<double>(m.rows) * m.axi_ports, &area);
  } else {
    add(profile, kAdders, "area_" + kind + "_accumulate", "cells_" + kind + "_accumulate", m.cols,
        &area);
  }
  add(profile, "SRAM", "area_sram", "", area.sram_bits, &area, "um2/bit");
  if (profile.find("smallest_cell") != nullptr) {
    area.smallest_cell_um2 = profile.value("smallest_cell", "um2");
  }
  return area;
}

}  // namespace tercet

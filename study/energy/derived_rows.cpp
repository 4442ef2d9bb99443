// SPDX-License-Identifier: Apache-2.0
// Rows between the profile's, and parts of a machine's area.
#include "study/energy/derived_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"

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

double sram_bits(const EnergyMachine& machine) {
  const tercet_config& m = machine.machine;
  const double accumulators = 2.0 * m.tokens * m.cols * machine.sum_bytes();
  const double fifo = static_cast<double>(m.weight_fifo_beats) * m.axi_bytes;
  return (m.act_sram_bytes + fifo + accumulators) * kByte;
}

double share(const EnergyProfile& profile, const std::string& name) {
  const double value = profile.value(name, "share");
  if (value > 1.0) fail("{}: '{}' is {}, more than all", profile.file(), name, value);
  return value;
}

}  // namespace

EnergyRow LaneActivity::row(const EnergyRow& plain, double activity) const {
  EnergyRow row = plain;
  row.value *= still + (1.0 - still) * activity / reference;
  row.kind = "scaled";
  row.note = fmt::format(
      "{} pJ/op where {:.4f} of the input bits change, here {:.4f} do; {:.4f} of it stays if none "
      "does; {}",
      plain.value, reference, activity, still, plain.note);
  return row;
}

std::optional<LaneActivity> lane_activity(const EnergyProfile& profile, const std::string& kind) {
  const std::string reference = kind + "_activity";
  const std::string still = kind + "_still";
  if (profile.find(reference) == nullptr && profile.find(still) == nullptr) return std::nullopt;
  const LaneActivity found = {share(profile, reference), share(profile, still)};
  if (found.reference == 0.0) fail("{}: '{}' is 0", profile.file(), reference);
  return found;
}

FoundRow sram_row(const EnergyProfile& profile, const std::string& name, double bytes) {
  struct Point {
    const char* row;
    double log2_bytes;
  };
  constexpr std::array<Point, 3> kPoints = {{{"sram_8k", 13}, {"sram_32k", 15}, {"sram_1m", 20}}};
  constexpr double kKib = 1024.0;
  std::array<double, 3> values{};
  FoundRow found;
  for (size_t i = 0; i < kPoints.size(); ++i) {
    if (profile.find(kPoints[i].row) == nullptr) {
      found.missing.emplace_back(kPoints[i].row);
    } else {
      values[i] = profile.value(kPoints[i].row, "pJ/byte");
    }
  }
  if (!found.missing.empty()) return found;
  EnergyRow row = *profile.find(kPoints[0].row);
  const double at =
      std::clamp(std::log2(bytes), kPoints.front().log2_bytes, kPoints.back().log2_bytes);
  const size_t i = at < kPoints[1].log2_bytes ? 0 : 1;
  const double part =
      (at - kPoints[i].log2_bytes) / (kPoints[i + 1].log2_bytes - kPoints[i].log2_bytes);
  row.name = fmt::format("sram of {:g} KiB ({})", bytes / kKib, name);
  row.value = values[i] + part * (values[i + 1] - values[i]);
  row.kind = "scaled";
  row.note = fmt::format("between {} and {}", kPoints[i].row, kPoints[i + 1].row);
  found.row = row;
  return found;
}

double MachineArea::total_um2() const {
  double sum = 0.0;
  for (const AreaPart& part : parts) sum += part.um2;
  return sum;
}

double MachineArea::array_um2() const { return part_um2(parts, kLanes); }
double MachineArea::adders_um2() const { return part_um2(parts, kAdders); }

MachineArea machine_area(const EnergyProfile& profile, const EnergyMachine& machine) {
  const tercet_config& m = machine.machine;
  const std::string kind = machine.elements.name;
  const double lanes = static_cast<double>(m.rows) * m.cols;
  MachineArea area;
  area.sram_bits = sram_bits(machine);
  add(profile, kLanes, "area_" + kind + "_lane", "cells_" + kind + "_lane", lanes, &area);
  if (machine.ternary()) {
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

// SPDX-License-Identifier: Apache-2.0
// SRAM energy by size.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "study/energy/ledger_lines.h"

namespace tercet {

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

}  // namespace tercet

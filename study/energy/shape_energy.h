// SPDX-License-Identifier: Apache-2.0
// The energy of a step of a model's shape, by the analytic model: no weights, no simulation.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "host_driver/layout.h"
#include "study/analytic/energy_estimate.h"
#include "study/report/energy_report.h"

namespace tercet {

struct ShapeEnergyOptions {
  std::string shape;
  std::string config = "edge";
  std::string memory = "dram";
  Packing packing = Packing::kTwoBit;
  int64_t batch = 1;  ///< tokens of the step
  double zeros = DataStatistics{}.zeros;
};

struct ShapeEnergy {
  ShapeEnergyOptions options;
  EnergyReport report;  ///< with an FP16 baseline
  DramConfig dram;
  int64_t devices = 1;  ///< DRAMs whose capacity the weights need; one is counted
  int64_t fp16_devices = 1;
  std::string too_large;  ///< lines on models that do not fit one device; empty if all do
};

/// Matrix products of all layers. Throws Error on an unknown name or a self-check that fails.
ShapeEnergy shape_energy(const EnergyProfile& profile, const ShapeEnergyOptions& options);

/// The summary, with `details` also the tables and each line of the ledger.
std::string shape_energy_text(const ShapeEnergy& energy, bool details);
nlohmann::ordered_json to_json(const ShapeEnergy& energy);

}  // namespace tercet

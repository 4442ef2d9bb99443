// SPDX-License-Identifier: Apache-2.0
// The energy of a run: counts of a timed machine, or formulas; and the FP16 machine beside it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "host_driver/accelerator.h"
#include "model/config.h"
#include "sim/engine/device_engine.h"
#include "sim/machine_options.h"
#include "study/analytic/workload.h"
#include "study/energy/meter.h"
#include "study/report/energy_report.h"

namespace tercet {

/// What reports use unless they are told otherwise.
inline constexpr const char* kEnergyProfile = "asap7";

/// Told each product of a run.
class RunEnergy {
 public:
  /// `device` null: a machine without time, whose activity is estimated. It must outlive this.
  RunEnergy(const MachineOptions& options, const TimedDevice* device);

  /// Forgets what was before.
  void restart();
  void product(const GemmRecord& record);
  /// The prompt is through the model: what follows is decoding.
  void end_prefill();

  /// With phases once the prompt is through. `forwards`: tokens of each pass through the model, in
  /// order. `intact`: every product was done to its end with the model's own weights, so that the
  /// machine's counts must be those of the formulas and of the weights. Nothing if no product was
  /// done. Throws Error if a self-check fails.
  std::optional<EnergyReport> report(const EnergyProfile& profile, const ModelConfig& config,
                                     const std::vector<int64_t>& forwards,
                                     const MatmulCounts& counts, bool intact) const;

  /// Empty on a machine without time.
  std::vector<ProductActivity> products() const;

 private:
  using Group = std::vector<ProductSize>;   // started together, so that they overlap
  using Groups = std::map<Group, int64_t>;  // and how often

  /// What one ledger is made of.
  struct Part {
    Groups groups;
    MachineActivity counted;  // of a machine with time
    std::vector<int64_t> forwards;
    int64_t position = 0;  // tokens before
    double zeros = 0.0;    // share of products
    bool intact = false;
    uint64_t lanes_used = 0;
  };
  EnergyReport report_part(const EnergyProfile& profile, const ModelConfig& config,
                           const Part& part) const;

  const tercet_config& machine_;
  Packing packing_;
  DramConfig dram_;
  std::unique_ptr<EnergyMeter> meter_;  // null: no time
  Groups done_;
  Group last_;  // may yet grow
  std::optional<Part> prefill_;
};

}  // namespace tercet

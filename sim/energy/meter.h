// SPDX-License-Identifier: Apache-2.0
// Splits what a machine does over the products that it works on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/energy/machine_activity.h"
#include "sim/timed_device.h"

namespace tercet {

/// All calls of one matrix.
struct ProductActivity {
  std::string name;  ///< "model.layers.3.self_attn.q_proj"
  int64_t n = 0;
  int64_t k = 0;
  uint64_t calls = 0;
  uint64_t tokens = 0;
  MachineActivity activity;

  /// 3 for a name as above; -1 if the name has none.
  int64_t layer() const;
  /// "q_proj": what follows the last dot.
  std::string projection() const;
};

/// Reads a machine's counts when a product is done. What happens after it belongs to the next one,
/// so that the products add up to the whole.
class EnergyMeter {
 public:
  /// Counts from here on. `device` must outlive the meter.
  explicit EnergyMeter(const TimedDevice& device);

  /// Forgets what was before.
  void restart();

  /// A product of m tokens by an [n][k] matrix has just been done.
  void product(const std::string& name, int64_t m, int64_t n, int64_t k);

  /// In the order of their first call.
  const std::vector<ProductActivity>& products() const { return products_; }
  MachineActivity total() const;

 private:
  const TimedDevice& device_;
  EngineCounts engine_;
  DramActivity dram_;
  uint64_t cycle_ = 0;
  std::vector<ProductActivity> products_;
};

}  // namespace tercet

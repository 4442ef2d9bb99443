// SPDX-License-Identifier: Apache-2.0
// Splits what a machine does over the products that it works on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/timed_device.h"
#include "study/energy/machine_activity.h"

namespace tercet {

/// All calls of one matrix, or of those that the driver starts together: they overlap on the
/// machine, so that only their sum can be told.
struct ProductActivity {
  std::string name;    ///< "model.layers.3.self_attn.q_proj", and "+k_proj+v_proj" behind it
  uint64_t calls = 0;  ///< of all its matrices
  MachineActivity activity;

  /// 3 for a name as above; -1 if the name has none.
  int64_t layer() const;
  /// "q_proj" or "q_proj+k_proj+v_proj": what follows the last dot.
  std::string projection() const;
};

/// Reads a machine's counts when products are done. What happens after them belongs to the next
/// ones, so that all add up to the whole.
class EnergyMeter {
 public:
  /// Counts from here on. `device` must outlive the meter.
  explicit EnergyMeter(const TimedDevice& device);

  /// Forgets what was before.
  void restart();

  /// A product of m tokens by an [n][k] matrix is done. If the machine has done nothing since the
  /// last call, the two were started together: then true.
  bool product(const std::string& name, int64_t m, int64_t n, int64_t k);

  /// In the order of their first call.
  std::vector<ProductActivity> products() const;
  MachineActivity total() const;

 private:
  static void add(const ProductActivity& batch, std::vector<ProductActivity>* products);

  const TimedDevice& device_;
  EngineCounts engine_;
  DramActivity dram_;
  uint64_t cycle_ = 0;
  ProductActivity batch_;  // the last products; no name: none
  std::vector<ProductActivity> products_;
};

}  // namespace tercet

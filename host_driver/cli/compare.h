// SPDX-License-Identifier: Apache-2.0
// The ternary machine beside one with FP16 or INT8 elements: same dataflow, work and memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/element_format.h"
#include "sim/energy/area.h"
#include "sim/energy/ledger.h"
#include "tercet/layout.h"

namespace tercet {

struct CompareOptions {
  std::string baseline = "fp16";
  std::vector<std::string> configs = {"edge", "server"};
  std::vector<std::string> shapes = {"700m", "1.3b", "3b", "7b", "13b", "70b"};
  std::vector<int64_t> batches = {1, 64};
  std::vector<std::string> packings = {"two_bit", "trit5"};
  std::string memory = "dram";
  std::string profile;
  double zeros = 0.422;
  bool systemc = false;  ///< also one layer of each on the SystemC model
  std::string json;
  std::string plot;
};

/// One machine at work.
struct CompareSide {
  uint32_t lanes = 0;
  double bytes = 0.0;  ///< on the bus, a step
  EnergyLedger ledger;
  MachineArea area;
  double layer_cycles = 0.0;               ///< of one layer alone, by formulas
  std::optional<uint64_t> systemc_cycles;  ///< the same on SystemC

  double joule(EnergyLevel level) const { return ledger.joule(level); }
};

/// One step: `batch` tokens through the matrix products of all layers.
struct ComparePoint {
  std::string config;
  std::string shape;
  std::string packing;
  int64_t batch = 1;
  CompareSide ours;
  CompareSide same_lanes;                ///< as many elements
  std::optional<CompareSide> same_area;  ///< an array of at most our array's area
};

/// All combinations, by formulas. Every ledger is checked. Throws Error naming an unknown name.
std::vector<ComparePoint> compare(const CompareOptions& options);

}  // namespace tercet

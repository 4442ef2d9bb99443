// SPDX-License-Identifier: Apache-2.0
// The ternary machine beside one with FP16 or INT8 elements: same dataflow, work and memory.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "study/energy/derived_rows.h"
#include "study/energy/ledger.h"

namespace tercet {

constexpr size_t kMaxComparePoints = 10'000;  ///< half a minute of formulas

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
};

/// One layer alone. SystemC loads whole groups of columns and writes whole beats of sums, so an
/// array of equal area is rounded up to them.
struct LayerRun {
  uint32_t lanes = 0;
  double formulas = 0.0;  ///< cycles
  double systemc = 0.0;   ///< cycles
};

/// One machine at work.
struct CompareSide {
  uint32_t lanes = 0;
  double bytes = 0.0;   ///< on the bus, a step
  int64_t devices = 1;  ///< DRAMs whose capacity the model's weights need; one is counted
  EnergyLedger ledger;
  MachineArea area;
  std::optional<LayerRun> layer;  ///< with --systemc

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

/// Throws Error if a list has a value twice, or all combinations are more than kMaxComparePoints.
void check(const CompareOptions& options);

/// All combinations, by formulas. Every ledger is checked. Throws Error naming an unknown name.
std::vector<ComparePoint> compare(const CompareOptions& options);

std::string compare_text(const CompareOptions& options, const std::vector<ComparePoint>& points);
nlohmann::ordered_json compare_json(const CompareOptions& options,
                                    const std::vector<ComparePoint>& points);
/// Energy ratios over model sizes, a panel a machine, as SVG.
std::string compare_svg(const CompareOptions& options, const std::vector<ComparePoint>& points);

}  // namespace tercet

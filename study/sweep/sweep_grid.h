// SPDX-License-Identifier: Apache-2.0
// The axes of a sweep over machines.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "tercet_hw.h"

namespace tercet {

/// Every combination of the values is a configuration. What no axis names (FIFO, bursts,
/// outstanding reads) is as in the machine `base`.
struct SweepGrid {
  std::string base = "server";
  std::vector<int64_t> rows = {16, 32, 64, 128};
  std::vector<int64_t> cols = {32, 64, 128, 256};
  std::vector<int64_t> tokens = {16, 64, 128};
  std::vector<int64_t> axi_bytes = {0};  ///< 0: as many as rows, which the machine demands
  std::vector<int64_t> axi_ports = {1, 2, 4};
  std::vector<int64_t> act_sram_bytes = {524288, 4194304};
  std::vector<int64_t> clock_mhz = {1000};
  std::vector<std::string> dram = {"lpddr5x-8533", "hbm2e"};
  std::vector<std::string> packing = {"two_bit", "trit5"};
  std::vector<std::string> models = {"700m", "1.3b", "3b", "3.9b", "7b", "13b", "70b"};
  std::vector<int64_t> tokens_per_step = {1};  ///< 1: a decode step; more: prefill or a batch
};

/// Reads a grid file: an object with exactly the keys of SweepGrid. An axis is a list of values;
/// one of numbers may be {"from": a, "to": b, "times": f} or {"from": a, "to": b, "plus": d}.
/// Throws Error naming file and key.
SweepGrid parse_sweep_grid(const std::string& text, const std::string& file);

/// What parse_sweep_grid() reads back to the same grid, ranges written out.
nlohmann::ordered_json to_json(const SweepGrid& grid);

/// Half a minute to two minutes of processor time, and 400 MB with --json.
inline constexpr size_t kMaxSweepPoints = 100'000;

/// Throws Error naming the axis if one is empty, holds a value twice or one that no machine can
/// have, and all axes if they make more than kMaxSweepPoints points, possible or not.
void check(const SweepGrid& grid);

}  // namespace tercet

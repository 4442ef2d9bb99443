// SPDX-License-Identifier: Apache-2.0
// Model steps on every machine of a grid, by the analytic model.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "host_driver/layout.h"
#include "study/analytic/workload.h"

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

/// An axis of numbers, by its name in a grid file.
struct NumberAxis {
  const char* name;
  std::vector<int64_t> SweepGrid::*values;
  uint32_t tercet_config::*field;  ///< null: not of a machine
};
inline constexpr NumberAxis kNumberAxes[] = {
    {"rows", &SweepGrid::rows, &tercet_config::rows},
    {"cols", &SweepGrid::cols, &tercet_config::cols},
    {"tokens", &SweepGrid::tokens, &tercet_config::tokens},
    {"axi_bytes", &SweepGrid::axi_bytes, &tercet_config::axi_bytes},
    {"axi_ports", &SweepGrid::axi_ports, &tercet_config::axi_ports},
    {"act_sram_bytes", &SweepGrid::act_sram_bytes, &tercet_config::act_sram_bytes},
    {"clock_mhz", &SweepGrid::clock_mhz, &tercet_config::clock_mhz},
    {"tokens_per_step", &SweepGrid::tokens_per_step, nullptr}};

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

/// Fills in the numbers that follow from others: act_sram_beats and k_max. A machine made here has
/// no geometry register and no hash: no driver will take it for a real one.
void derive(tercet_config* machine);

/// "[rule] what is wrong", with the rules' names of scripts/hwgen/config.py; empty if the machine
/// can be built.
std::string machine_fault(const tercet_config& machine);

struct SweepMachine {
  tercet_config machine;  ///< `dram` points into the grid's strings
  Packing packing = Packing::kTwoBit;
  uint64_t lanes = 0;       ///< rows x cols
  uint64_t sram_bytes = 0;  ///< activations, weight FIFO, accumulators
};

/// A step of `tokens` tokens of a model on a machine.
struct SweepPoint {
  size_t machine = 0;  ///< index into SweepResult::machines
  size_t model = 0;    ///< index into SweepGrid::models
  int64_t tokens = 0;
  StepEstimate step;
  double fp16_cycles = 0.0;  ///< of the same step on FP16 elements: same array shape and memory

  double seconds_per_token() const { return step.seconds / static_cast<double>(tokens); }
  double tokens_per_s() const { return static_cast<double>(tokens) / step.seconds; }
  double speed_up() const { return fp16_cycles / step.cycles; }  ///< over the FP16 machine
};

struct SweepResult {
  std::vector<SweepMachine> machines;
  std::vector<SweepPoint> points;           ///< machines x models x tokens_per_step
  std::map<std::string, uint64_t> skipped;  ///< impossible configurations by their first fault
};

/// `grid` must outlive the result. Throws Error as check() does.
SweepResult sweep(const SweepGrid& grid);

/// The points of one model and tokens a step that no other such point with the same DRAM beats or
/// equals in all of: time a token, lanes, SRAM bytes (and beats in one). Fastest first.
std::vector<const SweepPoint*> pareto_front(const SweepResult& result, size_t model,
                                            int64_t tokens);

/// All points, grid, skipped configurations and fronts.
nlohmann::ordered_json sweep_json(const SweepGrid& grid, const SweepResult& result);

/// One line a point, with a header.
std::string sweep_csv(const SweepGrid& grid, const SweepResult& result);

/// The best machine for each model, and `top` machines of the Pareto front of the last model.
std::string sweep_tables(const SweepGrid& grid, const SweepResult& result, size_t top);

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Questions for the analytic model. `tercet sweep`: many machines x many models. `tercet compare`:
// the ternary machine beside an FP16 or INT8 one. `tercet paper`: the figures of the BitNet papers,
// and the same questions asked of this machine.
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/input.h"
#include "base/output.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "study/compare/compare.h"
#include "study/paper/paper.h"
#include "study/run/run_energy.h"
#include "study/sweep/sweep.h"

namespace tercet {
namespace {

struct SweepOptions {
  std::string file;
  SweepGrid flags;  // what the command line says; the rest is the file's or the default
  size_t top = 12;
  std::string csv;
  Output output;
  /// Each takes over what its flag said.
  std::vector<std::function<void(SweepGrid*)>> given;
};

int run_sweep(const SweepOptions& options) {
  Answer answer(options.output);
  constexpr int64_t kMaxGridFile = 1 << 20;
  SweepGrid grid;
  if (!options.file.empty()) {
    grid = parse_sweep_grid(read_text(options.file, kMaxGridFile), options.file);
  }
  // A flag that was given goes before the file, the file before the default.
  for (const auto& take : options.given) take(&grid);
  try {
    check(grid);
  } catch (const Error& error) {
    if (options.file.empty()) fail_usage("{}", error.what());
    throw;
  }
  const SweepResult result = sweep(grid);
  if (result.machines.empty()) {
    fail("no configuration of the grid is possible; the first fault is {}",
         result.skipped.begin()->first);
  }
  answer.print(sweep_tables(grid, result, options.top));
  answer.write({"sweep", {grid.base}}, sweep_json(grid, result), 1);
  if (!options.csv.empty()) write_file(options.csv, sweep_csv(grid, result));
  return 0;
}

struct CompareCommand : Reported<CompareOptions> {
  std::string plot;
};

int run_compare(const CompareCommand& options) {
  Answer answer(options.output);
  try {
    check(options);
  } catch (const Error& error) {
    fail_usage("{}", error.what());
  }
  const std::vector<ComparePoint> points = compare(options);
  answer.print(compare_text(options, points));
  const EnergyProfile profile = EnergyProfile::open(options.profile);
  answer.write({"compare", options.configs, &profile}, compare_json(options, points), 1);
  if (!options.plot.empty()) write_file(options.plot, compare_svg(options, points));
  return 0;
}

int paper(const Reported<PaperOptions>& options) {
  Answer answer(options.output);
  const PaperResult result = reproduce_papers(options);
  answer.print(paper_text(options, result));
  answer.write({"paper", {options.config}}, paper_json(options, result));
  const std::string fault = paper_fault(result);
  if (!fault.empty()) fail("paper: {}", fault);
  return 0;
}

}  // namespace

void add_sweep(CLI::App& app, Action& action) {
  constexpr int64_t kMost = int64_t{1} << 31;
  const auto made = add_command<SweepOptions>(
      app, "sweep",
      "Estimates the time of model steps on every machine of a grid, by the analytic model.",
      action, run_sweep);
  CLI::App& command = made.app;
  SweepOptions& options = made.options;
  SweepGrid& grid = options.flags;
  add_file(command, "--grid", options.file,
           "JSON file with the axes, docs/analytic.md (default: a built-in grid)");
  // The flags after --grid replace its axes.
  const auto axis = [&](CLI::Option* option, auto member) {
    options.given.push_back([&grid, option, member](SweepGrid* to) {
      if (given(option)) to->*member = grid.*member;
    });
  };
  const auto numbers = [&](const char* flag, auto member, int64_t least, const char* meaning) {
    axis(add_number<int64_t>(command, flag, grid.*member, least, kMost, meaning), member);
  };
  axis(add_config(command, grid.base), &SweepGrid::base);
  numbers("--rows", &SweepGrid::rows, 1, "inputs of the array");
  numbers("--cols", &SweepGrid::cols, 1, "outputs of the array");
  numbers("--tile-tokens", &SweepGrid::tokens, 1, "tokens of a tile");
  numbers("--axi-bytes", &SweepGrid::axi_bytes, 0, "bytes of a beat; 0: as many as rows");
  numbers("--axi-ports", &SweepGrid::axi_ports, 1, "AXI ports");
  numbers("--act-sram-bytes", &SweepGrid::act_sram_bytes, 1, "bytes of the activation SRAM");
  numbers("--clock-mhz", &SweepGrid::clock_mhz, 1, "clock");
  axis(add_memory(command, grid.dram), &SweepGrid::dram);
  axis(add_packing(command, grid.packing), &SweepGrid::packing);
  axis(add_shape(command, grid.models), &SweepGrid::models);
  axis(add_batch(command, grid.tokens_per_step), &SweepGrid::tokens_per_step);
  add_number<size_t>(command, "--top", options.top, 0, 100000,
                     "lines of the Pareto front to print");
  add_file(command, "--csv", options.csv, "file for all points, one a line");
  add_output(command, options.output);
}

void add_compare(CLI::App& app, Action& action) {
  const auto [command, options] = add_command<CompareCommand>(
      app, "compare",
      "Compares cycles, bytes, energy, area and power with a machine of FP16 or INT8 elements.",
      action, run_compare);
  options.profile = kEnergyProfile;
  add_name(command, "--baseline", options.baseline, {"fp16", "int8"},
           "elements of the other machine");
  add_config(command, options.configs);
  add_shape(command, options.shapes);
  add_batch(command, options.batches);
  add_packing(command, options.packings);
  add_memory(command, options.memory);
  add_zeros(command, options.zeros);
  add_flag(command, "--systemc", options.systemc,
           "also run one layer of each on the SystemC model: cycles beside the formulas'");
  add_energy_profile(command, options.profile);
  add_file(command, "--plot", options.plot, "SVG file for the energy ratios");
  add_output(command, options.output);
}

void add_paper(CLI::App& app, Action& action) {
  constexpr double kMaxGb = 1e6;
  const auto [command, options] = add_command<Reported<PaperOptions>>(
      app, "paper", "Reproduces the BitNet papers' figures, and asks the same of the machine here.",
      action, paper);
  add_config(command, options.config);
  add_memory(command, options.memory);
  add_number<int64_t>(command, "--context", options.positions, 1, kMaxPositions,
                      "tokens in the context of a sequence");
  add_number(command, "--memory-gb", options.capacity_gb, 1.0, kMaxGb,
             "memory of the 70B machine, 1e9 bytes");
  add_output(command, options.output);
}

}  // namespace tercet

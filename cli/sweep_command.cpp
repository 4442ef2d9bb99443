// SPDX-License-Identifier: Apache-2.0
// `tercet sweep`: many machines x many models with the analytic model.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "base/error.h"
#include "base/input.h"
#include "base/output.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "study/sweep/sweep.h"

namespace tercet {
namespace {

constexpr int64_t kMaxGridFile = 1 << 20;

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

}  // namespace

void add_sweep(CLI::App& app, Action& action) {
  constexpr int64_t kMost = int64_t{1} << 31;
  const auto options = std::make_shared<SweepOptions>();
  SweepGrid& grid = options->flags;
  CLI::App& command = add_command(
      app, "sweep",
      "Estimates the time of model steps on every machine of a grid, by the analytic model.",
      action, [options] { return run_sweep(*options); });
  add_file(command, "--grid", options->file,
           "JSON file with the axes, docs/analytic.md (default: a built-in grid)");
  // The flags after --grid replace its axes.
  const auto axis = [&](CLI::Option* option, auto member) {
    SweepOptions* raw = options.get();
    options->given.push_back([raw, option, member](SweepGrid* to) {
      if (given(option)) to->*member = raw->flags.*member;
    });
  };
  const auto numbers = [&](const char* flag, auto member, int64_t least, const char* meaning) {
    axis(add_numbers<int64_t>(command, flag, grid.*member, least, kMost, meaning), member);
  };
  axis(add_config(command, grid.base), &SweepGrid::base);
  numbers("--rows", &SweepGrid::rows, 1, "inputs of the array");
  numbers("--cols", &SweepGrid::cols, 1, "outputs of the array");
  numbers("--tile-tokens", &SweepGrid::tokens, 1, "tokens of a tile");
  numbers("--axi-bytes", &SweepGrid::axi_bytes, 0, "bytes of a beat; 0: as many as rows");
  numbers("--axi-ports", &SweepGrid::axi_ports, 1, "AXI ports");
  numbers("--act-sram-bytes", &SweepGrid::act_sram_bytes, 1, "bytes of the activation SRAM");
  numbers("--clock-mhz", &SweepGrid::clock_mhz, 1, "clock");
  axis(add_memories(command, grid.dram), &SweepGrid::dram);
  axis(add_packings(command, grid.packing), &SweepGrid::packing);
  axis(add_shapes(command, grid.models), &SweepGrid::models);
  axis(add_batches(command, grid.tokens_per_step), &SweepGrid::tokens_per_step);
  add_number<size_t>(command, "--top", options->top, 0, 100000,
                     "lines of the Pareto front to print");
  add_file(command, "--csv", options->csv, "file for all points, one a line");
  add_output(command, options->output);
}

}  // namespace tercet

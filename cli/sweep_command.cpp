// SPDX-License-Identifier: Apache-2.0
// `tercet sweep`: many machines x many models with the analytic model.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "base/error.h"
#include "base/input.h"
#include "base/json.h"
#include "base/output.h"
#include "cli/commands.h"
#include "study/sweep/sweep_report.h"

namespace tercet {
namespace {

constexpr int64_t kMaxGridFile = 1 << 20;

struct SweepOptions {
  std::string file;
  SweepGrid flags;  // what the command line says; the rest is the file's or the default
  size_t top = 12;
  std::string json;
  std::string csv;
};

/// A flag that was given goes before the file, the file before the default.
void merge(const CLI::App& command, const SweepGrid& flags, SweepGrid* grid) {
  const auto take = [&](const char* name, auto member) {
    if (command.count(name) != 0) grid->*member = flags.*member;
  };
  take("--base", &SweepGrid::base);
  take("--rows", &SweepGrid::rows);
  take("--cols", &SweepGrid::cols);
  take("--tokens", &SweepGrid::tokens);
  take("--axi-bytes", &SweepGrid::axi_bytes);
  take("--axi-ports", &SweepGrid::axi_ports);
  take("--act-sram-bytes", &SweepGrid::act_sram_bytes);
  take("--clock-mhz", &SweepGrid::clock_mhz);
  take("--dram", &SweepGrid::dram);
  take("--packing", &SweepGrid::packing);
  take("--models", &SweepGrid::models);
  take("--tokens-per-step", &SweepGrid::tokens_per_step);
}

int run_sweep(const CLI::App& command, const SweepOptions& options) {
  SweepGrid grid;
  if (!options.file.empty()) {
    grid = parse_sweep_grid(read_text(options.file, kMaxGridFile), options.file);
  }
  merge(command, options.flags, &grid);
  const SweepResult result = sweep(grid);
  if (result.machines.empty()) {
    fail("no configuration of the grid is possible; the first fault is {}",
         result.skipped.begin()->first);
  }
  say("{}", sweep_tables(grid, result, options.top));
  if (!options.json.empty()) write_json(options.json, sweep_json(grid, result), 1);
  if (!options.csv.empty()) write_file(options.csv, sweep_csv(grid, result));
  return 0;
}

}  // namespace

void add_sweep(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "sweep", "Time of model steps on every machine of a grid, by the analytic model.");
  const auto options = std::make_shared<SweepOptions>();
  SweepGrid& grid = options->flags;
  command->add_option("--grid", options->file,
                      "JSON file with the axes (default: a built-in grid)");
  command->add_option("--base", grid.base, "machine with what no axis names")
      ->capture_default_str();
  const auto list = [&](const char* name, auto& values, const char* text) {
    command->add_option(name, values, text)
        ->delimiter(',')
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->capture_default_str();
  };
  list("--rows", grid.rows, "inputs of the array");
  list("--cols", grid.cols, "outputs of the array");
  list("--tokens", grid.tokens, "tokens of a tile");
  list("--axi-bytes", grid.axi_bytes, "bytes of a beat; 0: as many as rows");
  list("--axi-ports", grid.axi_ports, "AXI ports");
  list("--act-sram-bytes", grid.act_sram_bytes, "activation SRAM");
  list("--clock-mhz", grid.clock_mhz, "clock");
  list("--dram", grid.dram, "memories");
  list("--packing", grid.packing, "two_bit, trit5");
  list("--models", grid.models, "model shapes");
  list("--tokens-per-step", grid.tokens_per_step, "1: decode; more: prefill");
  command->add_option("--top", options->top, "lines of the Pareto front to print")
      ->check(CLI::Range(size_t{0}, size_t{100000}))
      ->capture_default_str();
  command->add_option("--json", options->json, "file for all points");
  command->add_option("--csv", options->csv, "file for all points, one a line");
  command->callback([command, options, &action] {
    action = [command, options] { return run_sweep(*command, *options); };
  });
}

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// `tercet compare`: the ternary machine beside an FP16 or INT8 one.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/json.h"
#include "base/output.h"
#include "cli/commands.h"
#include "cli/device_options.h"
#include "cli/number_range.h"
#include "cli/run_energy.h"
#include "sim/dram/machine_memory.h"
#include "study/compare/compare_report.h"

namespace tercet {
namespace {

template <class Value>
void check_distinct(const char* option, const std::vector<Value>& values) {
  for (size_t i = 0; i < values.size(); ++i) {
    if (std::find(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(i), values[i]) !=
        values.begin() + static_cast<std::ptrdiff_t>(i)) {
      fail("{}: {} appears twice", option, values[i]);
    }
  }
}

int run_compare(const CompareOptions& options) {
  check_distinct("--configs", options.configs);
  check_distinct("--models", options.shapes);
  check_distinct("--batches", options.batches);
  check_distinct("--packings", options.packings);
  const std::vector<ComparePoint> points = compare(options);
  say("{}", compare_text(options, points));
  if (!options.json.empty()) write_json(options.json, compare_json(options, points), 1);
  if (!options.plot.empty()) write_file(options.plot, compare_svg(options, points));
  return 0;
}

}  // namespace

void add_compare(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "compare",
      "Cycles, bytes, energy, area and power beside a machine with FP16 or INT8 elements.");
  const auto options = std::make_shared<CompareOptions>();
  options->profile = kEnergyProfile;
  command->add_option("--baseline", options->baseline, "elements of the other machine")
      ->check(CLI::IsMember({"fp16", "int8"}))
      ->capture_default_str();
  const auto list = [command](const char* name, auto& values, const char* text) {
    return command->add_option(name, values, text)
        ->delimiter(',')
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->capture_default_str();
  };
  list("--configs", options->configs, "machines")->check(CLI::IsMember(machine_names()));
  list("--models", options->shapes, "model shapes");
  list("--batches", options->batches, "tokens of a step")
      ->check(CLI::Range(int64_t{1}, int64_t{TERCET_MAX_CMD_M}));
  list("--packings", options->packings, "two_bit, trit5")
      ->check(CLI::IsMember({"two_bit", "trit5"}));
  command->add_option("--memory", options->memory, "ideal, dram (the configuration's), or a preset")
      ->check(CLI::IsMember(memory_names()))
      ->capture_default_str();
  command->add_option("--zeros", options->zeros, "share of zero weights")
      ->check(number_range(0.0, 1.0))
      ->capture_default_str();
  command->add_flag("--systemc", options->systemc,
                    "also run one layer of each on the SystemC model: cycles beside the formulas'");
  command->add_option("--energy-profile", options->profile, kEnergyProfileHelp)
      ->capture_default_str();
  command->add_option("--json", options->json, "file for all points");
  command->add_option("--plot", options->plot, "SVG file for the energy ratios");
  command->callback([options, &action] { action = [options] { return run_compare(*options); }; });
}

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// `tercet compare`: the ternary machine beside an FP16 or INT8 one.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/output.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "sim/dram/machine_memory.h"
#include "study/compare/compare.h"
#include "study/run/run_energy.h"

namespace tercet {
namespace {

int run_compare(const CompareOptions& options, const Output& output, const std::string& plot) {
  Answer answer(output);
  try {
    check(options);
  } catch (const Error& error) {
    fail_usage("{}", error.what());
  }
  const std::vector<ComparePoint> points = compare(options);
  answer.print(compare_text(options, points));
  const EnergyProfile profile = EnergyProfile::open(options.profile);
  answer.write({"compare", options.configs, &profile}, compare_json(options, points), 1);
  if (!plot.empty()) write_file(plot, compare_svg(options, points));
  return 0;
}

}  // namespace

void add_compare(CLI::App& app, Action& action) {
  struct Options {
    CompareOptions compare;
    std::string plot;
    Output output;
  };
  const auto options = std::make_shared<Options>();
  CompareOptions& compare = options->compare;
  compare.profile = kEnergyProfile;
  CLI::App& command = add_command(
      app, "compare",
      "Compares cycles, bytes, energy, area and power with a machine of FP16 or INT8 elements.",
      action, [options] { return run_compare(options->compare, options->output, options->plot); });
  add_name(command, "--baseline", compare.baseline, {"fp16", "int8"},
           "elements of the other machine");
  add_configs(command, compare.configs);
  add_shapes(command, compare.shapes);
  add_batches(command, compare.batches);
  add_packings(command, compare.packings);
  add_memory(command, compare.memory);
  add_zeros(command, compare.zeros);
  add_flag(command, "--systemc", compare.systemc,
           "also run one layer of each on the SystemC model: cycles beside the formulas'");
  add_energy_profile(command, compare.profile);
  add_file(command, "--plot", options->plot, "SVG file for the energy ratios");
  add_output(command, options->output);
}

}  // namespace tercet

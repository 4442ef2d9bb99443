// SPDX-License-Identifier: Apache-2.0
// `tercet energy`: the ledger of a run, or of a model's shape by formulas.
#include <fmt/format.h>

#include <array>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/output_file.h"
#include "cli/commands.h"
#include "cli/number_range.h"
#include "cli/run_both.h"
#include "model/synth.h"
#include "study/energy/energy_groups.h"
#include "study/energy/shape_energy.h"

namespace tercet {
namespace {

using Json = nlohmann::ordered_json;

struct EnergyOptions {
  RunOptions run;
  std::string shape;  // with it there is no run
  int64_t batch = 1;
  double zeros = DataStatistics{}.zeros;
  bool both = true;  // RTL and SystemC
  std::string by = "layer";
  bool groups = false;  // asked for
  bool apart = false;
};

int energy_of_run(const EnergyOptions& options) {
  RunOptions run = options.run;
  run.together = !options.apart;
  const RunResult result = options.both ? run_both(run) : finished_run(run);
  const EnergyReport& report = *result.ledger;
  const EnergyProfile profile = EnergyProfile::open(options.run.energy_profile);
  Table table(fmt::format("{} on {} ({}): {} weights, memory {}", options.run.model,
                          options.run.device.config,
                          options.both ? "RTL and SystemC" : backend_title(options.run.device),
                          options.run.device.packing, options.run.device.memory_name()));
  table.add("tokens",
            fmt::format("{} of the prompt, {} new", result.prompt.size(), result.tokens.size()));
  add_rows(report, &table);
  if (options.both) {
    table.add("RTL and SystemC",
              fmt::format("{} products in {} groups: all counts and cycles equal",
                          result.counts.matmuls, result.products.size()));
  }
  fmt::print("{}{}", table.text(), energy_notes(report));
  const EnergyGroups groups =
      group_products(profile, report.ours.machine, result.products, options.by);
  if (!groups.empty()) check_groups(groups, report.ours);
  if (options.run.details) fmt::print("\n{}", energy_text(report));
  if (!groups.empty() && (options.run.details || options.groups)) {
    fmt::print("\n{}", groups_text(groups, options.by));
  }
  if (options.run.details) fmt::print("\n{}", ledger_text(report.ours));
  if (options.run.json.empty()) return 0;
  Json json = to_json(report);
  json["model"] = options.run.model;
  json["backend"] = options.both ? "rtl and systemc" : options.run.device.backend;
  json["packing"] = options.run.device.packing;
  json["counts_equal"] = options.both ? Json(true) : Json(nullptr);
  json["by"] = options.by;
  json["groups"] = to_json(groups);
  write_json(options.run.json, json);
  return 0;
}

int energy_of_shape(const EnergyOptions& options) {
  const DeviceOptions& device = options.run.device;
  const ShapeEnergy energy =
      shape_energy(EnergyProfile::open(options.run.energy_profile),
                   {options.shape, device.config, device.memory.value_or("dram"),
                    parse_packing(device.packing), options.batch, options.zeros});
  fmt::print("{}", shape_energy_text(energy, options.run.details));
  write_json(options.run.json, to_json(energy));
  return 0;
}

int energy(const EnergyOptions& options) {
  if (!options.run.json.empty()) check_writable(options.run.json);
  if (options.shape.empty() == options.run.model.empty()) {
    fail("energy: give either --model or --model-shape");
  }
  return options.shape.empty() ? energy_of_run(options) : energy_of_shape(options);
}

/// Options that formulas have no use for.
constexpr std::array kOfRuns = {"--prompt",  "--prompt-ids", "--tokens",       "--ignore-eos",
                                "--backend", "--control",    "--firmware",     "--memory-mib",
                                "--timeout", "--trace",      "--trace-window", "--temperature",
                                "--top-k",   "--top-p",      "--seed"};

std::vector<std::string> shape_names() {
  std::vector<std::string> names;
  for (const Shape& shape : shapes()) names.emplace_back(shape.name);
  return names;
}

}  // namespace

void add_energy(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "energy", "The energy ledger of a run, line by line: counts times a profile's rows.");
  const auto options = std::make_shared<EnergyOptions>();
  add_run_options(*command, options->run);
  CLI::Option* backend = command->get_option("--backend");
  backend->description("one machine alone (default: rtl and systemc, whose counts must be equal)");
  backend->default_str("");
  CLI::Option* shape = command
                           ->add_option("--model-shape", options->shape,
                                        "no run: the products of this shape, by formulas")
                           ->check(CLI::IsMember(shape_names()))
                           ->excludes(command->get_option("--model"));
  for (const char* name : kOfRuns) shape->excludes(command->get_option(name));
  command->add_option("--batch", options->batch, "tokens of a step of --model-shape")
      ->check(CLI::Range(int64_t{1}, int64_t{TERCET_MAX_CMD_M}))
      ->needs(shape)
      ->capture_default_str();
  command->add_option("--zeros", options->zeros, "share of zero weights of --model-shape")
      ->check(number_range(0.0, 1.0))
      ->needs(shape)
      ->capture_default_str();
  CLI::Option* by = command->add_option("--by", options->by, "how to sum up the products of a run")
                        ->check(CLI::IsMember({"layer", "projection", "product"}))
                        ->excludes(shape)
                        ->capture_default_str();
  command
      ->add_flag("--apart", options->apart,
                 "one product at a time, so that each has figures of its own (q, k, v and gate, up "
                 "overlap otherwise)")
      ->excludes(shape);
  command->callback([options, backend, by, &action] {
    options->both = backend->count() == 0;
    options->groups = options->apart || by->count() > 0;
    action = [options] { return energy(*options); };
  });
}

}  // namespace tercet

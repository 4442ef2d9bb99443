// SPDX-License-Identifier: Apache-2.0
// `tercet energy`: the ledger of a run, or of a model's shape by formulas.
#include <fmt/format.h>

#include <array>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/json.h"
#include "base/output.h"
#include "cli/commands.h"
#include "cli/number_range.h"
#include "cli/run_command.h"
#include "model/synth.h"
#include "sim/dram/machine_memory.h"
#include "study/analytic/energy_estimate.h"
#include "study/analytic/model_memory.h"
#include "study/analytic/workload.h"
#include "study/energy/energy_groups.h"
#include "study/energy/ledger_check.h"

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
  bool apart = false;
  bool lines = false;
};

/// A run that is not finished has no ledger worth showing.
RunResult finished_run(const RunOptions& options) {
  RunOptions quiet = options;
  quiet.show_text = false;
  quiet.json = "";
  if (!options.device.machine()) fail("energy: --backend {} is no machine", options.device.backend);
  RunResult result = run(quiet);
  if (result.stopped.has_value()) throw Interrupted(*result.stopped);
  if (!result.ledger.has_value()) fail("energy: the run did no product");
  return result;
}

/// Runs both machines and demands equal counts, product by product. Returns the RTL's run.
RunResult run_both(const RunOptions& options) {
  check(options.device);
  RunOptions fast = options;
  fast.device.backend = "systemc";
  fast.device.trace = "";
  fast.device.trace_window = "";
  const RunResult systemc = finished_run(fast);
  RunResult rtl = finished_run(options);
  if (rtl.products.size() != systemc.products.size()) fail("energy: the runs have other products");
  for (size_t i = 0; i < rtl.products.size(); ++i) {
    check_equal_counts(rtl.products[i].activity, systemc.products[i].activity,
                       rtl.products[i].name);
  }
  return rtl;
}

int energy_of_run(const EnergyOptions& options) {
  RunOptions run = options.run;
  run.together = !options.apart;
  const RunResult result = options.both ? run_both(run) : finished_run(run);
  const EnergyReport& report = *result.ledger;
  const EnergyProfile profile = EnergyProfile::open(options.run.energy_profile);
  say("{} on {} ({}), {}, memory {}: {} + {} tokens\n\n{}\n", options.run.model,
      options.run.device.config,
      options.both ? "RTL and SystemC" : backend_title(options.run.device),
      options.run.device.packing, options.run.device.memory_name(), result.prompt.size(),
      result.tokens.size(), energy_text(report));
  const EnergyGroups groups =
      group_products(profile, report.ours.machine, result.products, options.by);
  if (!groups.empty()) {
    check_groups(groups, report.ours);
    say("{}\n", groups_text(groups, options.by));
  }
  if (options.lines) say("{}\n", ledger_text(report.ours));
  if (options.both) {
    say("RTL and SystemC: {} products in {} groups, all counts and cycles equal\n",
        result.counts.matmuls, result.products.size());
  }
  Json json = to_json(report);
  json["model"] = options.run.model;
  json["backend"] = options.both ? "rtl and systemc" : options.run.device.backend;
  json["packing"] = options.run.device.packing;
  json["counts_equal"] = options.both ? Json(true) : Json(nullptr);
  json["by"] = options.by;
  json["groups"] = to_json(groups);
  write_json(options.run.json, json);
  if (!result.unwritten.empty()) fail("{}", result.unwritten);
  return 0;
}

int energy_of_shape(const EnergyOptions& options) {
  const tercet_config& machine = find_machine(options.run.device.config);
  const DramConfig dram = machine_dram(options.run.device.memory.value_or("dram"), machine);
  const Packing packing = parse_packing(options.run.device.packing);
  const ModelConfig& config = find_shape(options.shape).config;
  const EnergyProfile profile = EnergyProfile::open(options.run.energy_profile);
  DataStatistics data;
  data.zeros = options.zeros;
  const auto activity = [&](const AnalyticModel& model) {
    const std::vector<Gemm> layer = layer_commands(model, config, packing, options.batch);
    return estimate_activity(model, dram, layer, config.layers,
                             model.sequence(layer, config.layers), data);
  };
  const AnalyticModel ternary(machine, dram);
  const AnalyticModel fp16(machine, dram, kFp16);
  EnergyReport report =
      make_energy_report(profile, energy_machine(ternary, dram), activity(ternary),
                         static_cast<double>(options.batch), false);
  add_baseline(profile, energy_machine(fp16, dram), activity(fp16), "FP16 machine",
               "by formulas; zeros, padding and changing inputs as ours, by formulas too", &report);
  say("{} on {} (formulas), {}, memory {}: matrix products of {} token{}, {:.1f} % zeros\n\n{}",
      options.shape, machine.name, packing_name(packing), dram.name, options.batch,
      options.batch == 1 ? "" : "s", 100.0 * options.zeros, energy_text(report));
  const ModelMemory memory = model_memory(config, stored_weight_bits(kTernary, packing));
  const ModelMemory fp16_memory = model_memory(config, stored_weight_bits(kFp16, packing));
  std::string too_large;
  for (const std::string& line : {capacity_text(options.shape + " ternary", memory, dram),
                                  capacity_text(options.shape + " FP16", fp16_memory, dram)}) {
    if (!line.empty()) too_large += line + "\n";
  }
  if (!too_large.empty()) say("{}{}", too_large, kOneDevice);
  if (options.lines) say("\n{}", ledger_text(report.ours));
  if (options.run.json.empty()) return 0;
  Json json = to_json(report);
  json["model_shape"] = options.shape;
  json["devices"] = devices_for(memory, dram);
  json["baseline"]["devices"] = devices_for(fp16_memory, dram);
  json["backend"] = "analytic";
  json["packing"] = packing_name(packing);
  json["batch"] = options.batch;
  json["zeros"] = options.zeros;
  write_json(options.run.json, json);
  return 0;
}

int energy(const EnergyOptions& options) {
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
  command->add_option("--by", options->by, "how to sum up the products of a run")
      ->check(CLI::IsMember({"layer", "projection", "product"}))
      ->excludes(shape)
      ->capture_default_str();
  command
      ->add_flag("--apart", options->apart,
                 "one product at a time, so that each has figures of its own (q, k, v and gate, up "
                 "overlap otherwise)")
      ->excludes(shape);
  command->add_flag("--lines", options->lines, "each figure with its count and row");
  command->callback([options, backend, &action] {
    options->both = backend->count() == 0;
    action = [options] { return energy(*options); };
  });
}

}  // namespace tercet

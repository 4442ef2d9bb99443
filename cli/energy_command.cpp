// SPDX-License-Identifier: Apache-2.0
// `tercet energy`: the ledger of a run, or of a model's shape by formulas.
#include <fmt/format.h>

#include <array>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/output.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "cli/run_options.h"
#include "model/synth.h"
#include "sim/dram/machine_memory.h"
#include "study/analytic/energy_estimate.h"
#include "study/analytic/model_memory.h"
#include "study/analytic/workload.h"
#include "study/energy/energy_groups.h"
#include "study/energy/ledger_check.h"
#include "study/run/run.h"

namespace tercet {
namespace {

using Json = nlohmann::ordered_json;

struct EnergyOptions {
  RunOptions run;
  Output output;
  std::string shape;  // with it there is no run
  int64_t batch = 1;
  double zeros = DataStatistics{}.zeros;
  CLI::Option* backend = nullptr;
  bool both = true;  // RTL and SystemC
  std::string by = "layer";
  bool apart = false;
  bool lines = false;
};

/// A run that is not finished has no ledger worth showing.
RunResult finished_run(const RunOptions& options) {
  if (!options.machine.has_machine()) {
    fail_usage("energy: --backend {} is no machine", options.machine.backend_name());
  }
  Output quiet;
  quiet.quiet = true;
  Answer silent(quiet);
  RunResult result = run_live(options, false, silent);
  if (result.stopped.has_value()) throw Interrupted(*result.stopped);
  if (!result.unwritten.empty()) fail("{}", result.unwritten);
  if (!result.ledger.has_value()) fail("energy: the run did no product");
  return result;
}

/// Runs both machines and demands equal counts, product by product. Returns the RTL's run.
RunResult run_both(const RunOptions& options) {
  check(options.machine);
  RunOptions fast = options;
  fast.machine.backend = Backend::kSystemc;
  fast.machine.trace = {};
  const RunResult systemc = finished_run(fast);
  RunResult rtl = finished_run(options);
  if (rtl.products.size() != systemc.products.size()) fail("energy: the runs have other products");
  for (size_t i = 0; i < rtl.products.size(); ++i) {
    check_equal_counts(rtl.products[i].activity, systemc.products[i].activity,
                       rtl.products[i].name);
  }
  return rtl;
}

Provenance provenance(const EnergyOptions& options, const EnergyProfile& profile) {
  return {"energy", {options.run.machine.config}, &profile, options.run.sampler.seed};
}

int energy_of_run(const EnergyOptions& options, Answer& answer) {
  RunOptions run = options.run;
  run.together = !options.apart;
  const RunResult result = options.both ? run_both(run) : finished_run(run);
  const EnergyReport& report = *result.ledger;
  const EnergyProfile profile = EnergyProfile::open(options.run.energy_profile);
  answer.print(
      fmt::format("{} on {} ({}), {}, memory {}: {} + {} tokens\n\n{}\n", options.run.model,
                  options.run.machine.config,
                  options.both ? "RTL and SystemC" : backend_title(options.run.machine.backend),
                  packing_name(options.run.machine.packing), options.run.machine.memory_name(),
                  result.prompt.size(), result.tokens.size(), energy_text(report)));
  const EnergyGroups groups =
      group_products(profile, report.ours.machine, result.products, options.by);
  if (!groups.empty()) {
    check_groups(groups, report.ours);
    answer.print(fmt::format("{}\n", groups_text(groups, options.by)));
  }
  if (options.lines) answer.print(fmt::format("{}\n", ledger_text(report.ours)));
  if (options.both) {
    answer.print(
        fmt::format("RTL and SystemC: {} products in {} groups, all counts and cycles equal\n",
                    result.counts.matmuls, result.products.size()));
  }
  Json json = to_json(report);
  json["model"] = options.run.model;
  json["backend"] = options.both ? "rtl and systemc" : options.run.machine.backend_name();
  json["packing"] = packing_name(options.run.machine.packing);
  json["counts_equal"] = options.both ? Json(true) : Json(nullptr);
  json["by"] = options.by;
  json["groups"] = to_json(groups);
  answer.write(provenance(options, profile), json);
  return 0;
}

int energy_of_shape(const EnergyOptions& options, Answer& answer) {
  const tercet_config& machine = options.run.machine.machine();
  const DramConfig dram = machine_dram(options.run.machine.memory.value_or("dram"), machine);
  const Packing packing = options.run.machine.packing;
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
  answer.print(fmt::format(
      "{} on {} (formulas), {}, memory {}: matrix products of {} token{}, {:.1f} % zeros\n\n{}",
      options.shape, machine.name, packing_name(packing), dram.name, options.batch,
      options.batch == 1 ? "" : "s", 100.0 * options.zeros, energy_text(report)));
  const ModelMemory memory = model_memory(config, stored_weight_bits(kTernary, packing));
  const ModelMemory fp16_memory = model_memory(config, stored_weight_bits(kFp16, packing));
  std::string too_large;
  for (const std::string& line : {capacity_text(options.shape + " ternary", memory, dram),
                                  capacity_text(options.shape + " FP16", fp16_memory, dram)}) {
    if (!line.empty()) too_large += line + "\n";
  }
  if (!too_large.empty()) answer.print(fmt::format("{}{}", too_large, kOneDevice));
  if (options.lines) answer.print(fmt::format("\n{}", ledger_text(report.ours)));
  Json json = to_json(report);
  json["model_shape"] = options.shape;
  json["devices"] = devices_for(memory, dram);
  json["baseline"]["devices"] = devices_for(fp16_memory, dram);
  json["backend"] = "analytic";
  json["packing"] = packing_name(packing);
  json["batch"] = options.batch;
  json["zeros"] = options.zeros;
  answer.write(provenance(options, profile), json);
  return 0;
}

int energy(const EnergyOptions& options) {
  if (options.shape.empty() == options.run.model.empty()) {
    fail_usage("energy: give either --model or --shape");
  }
  Answer answer(options.output);
  return options.shape.empty() ? energy_of_run(options, answer) : energy_of_shape(options, answer);
}

/// Options that formulas have no use for.
constexpr std::array kOfRuns = {"--prompt",  "--prompt-ids", "--tokens",       "--ignore-eos",
                                "--backend", "--control",    "--firmware",     "--memory-mib",
                                "--timeout", "--trace",      "--trace-window", "--temperature",
                                "--top-k",   "--top-p",      "--seed"};

}  // namespace

void add_energy(CLI::App& app, Action& action) {
  const auto options = std::make_shared<EnergyOptions>();
  CLI::App& command =
      add_command(app, "energy",
                  "Prints the energy ledger of a run, line by line: counts times a profile's rows.",
                  action, [options] {
                    options->both = !given(options->backend);
                    return energy(*options);
                  });
  add_run_options(command, options->run);
  options->backend = option_of(command, "--backend");
  describe(
      options->backend,
      {"NAME", "", "one machine alone (default: rtl and systemc, whose counts must be equal)"});
  CLI::Option* shape = excludes(add_shape(command, options->shape), option_of(command, "--model"));
  for (const char* name : kOfRuns) excludes(shape, option_of(command, name));
  needs(add_batch(command, options->batch), shape);
  needs(add_zeros(command, options->zeros), shape);
  excludes(add_name(command, "--by", options->by, {"layer", "projection", "product"},
                    "how to sum up the products of a run"),
           shape);
  excludes(add_flag(command, "--apart", options->apart,
                    "one product at a time, so that each has figures of its own (q, k, v and gate, "
                    "up overlap otherwise)"),
           shape);
  add_flag(command, "--lines", options->lines, "each figure with its count and row");
  add_output(command, options->output);
}

}  // namespace tercet

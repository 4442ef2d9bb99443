// SPDX-License-Identifier: Apache-2.0
// `tercet energy`: the ledger of a run, or of a model's shape by formulas.
#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/output.h"
#include "base/table.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "study/energy/shape_energy.h"
#include "study/report/machine_report.h"
#include "study/run/energy_run.h"

namespace tercet {
namespace {

using Json = nlohmann::ordered_json;

struct EnergyOptions {
  RunOptions run;
  std::string shape;  // with it there is no run
  int64_t batch = 1;
  double zeros = DataStatistics{}.zeros;
  CLI::Option* backend = nullptr;  // not given: RTL and SystemC
  CLI::Option* by_option = nullptr;
  std::string by = "layer";
  bool apart = false;
  Output output;

  bool both() const { return !given(backend); }
};

int energy_of_run(const EnergyOptions& options, const EnergyProfile& profile, Answer& answer) {
  RunOptions run = options.run;
  run.together = !options.apart;
  RunEvents events;
  events.loaded = [&](const ModelFile& model) { Answer::note(model, run.prompt.has_value()); };
  const RunResult result = options.both() ? run_both(run, events) : finished_run(run, events);
  const EnergyReport& report = *result.ledger;
  const MachineOptions& machine = run.machine;
  Table table(fmt::format("{} on {} ({}): {} weights, memory {}", run.model, machine.config,
                          options.both() ? "RTL and SystemC" : backend_title(machine.backend),
                          packing_name(machine.packing), machine.memory_name()));
  table.add("tokens",
            fmt::format("{} of the prompt, {} new", result.prompt.size(), result.tokens.size()));
  add_rows(report, &table);
  if (options.both()) {
    table.add("RTL and SystemC",
              fmt::format("{} products in {} groups: all counts and cycles equal",
                          result.counts.matmuls, result.products.size()));
  }
  if (result.waveform.has_value()) {
    table.add("waveform", describe_waveform(machine.trace.file, *result.waveform));
  }
  answer.print(table.text() + energy_notes(report));
  const EnergyGroups groups =
      group_products(profile, report.ours.machine, result.products, options.by);
  if (!groups.empty()) check_groups(groups, report.ours);
  if (run.details) answer.print("\n" + energy_text(report));
  if (!groups.empty() && (run.details || options.apart || given(options.by_option))) {
    answer.print("\n" + groups_text(groups, options.by));
  }
  if (run.details) answer.print("\n" + ledger_text(report.ours));
  Json json = to_json(report);
  json["model"] = run.model;
  json["backend"] = options.both() ? "rtl and systemc" : machine.backend_name();
  json["packing"] = packing_name(machine.packing);
  json.update(session_json(run.session));
  json["counts_equal"] = options.both() ? Json(true) : Json(nullptr);
  json["by"] = options.by;
  if (result.waveform.has_value()) {
    json["trace"] = waveform_json(machine.trace.file, *result.waveform);
  }
  json["groups"] = to_json(groups);
  if (!result.unwritten.empty()) tell("tercet: {}\n", result.unwritten);
  answer.write({"energy", {machine.config}, &profile, run.sampler.seed}, json);
  if (!result.unwritten.empty()) return 1;
  check_reached(machine.trace, result.waveform);
  return 0;
}

void energy_of_shape(const EnergyOptions& options, const EnergyProfile& profile, Answer& answer) {
  const MachineOptions& machine = options.run.machine;
  const ShapeEnergy energy =
      shape_energy(profile, {options.shape, machine.config, machine.memory.value_or("dram"),
                             machine.packing, options.batch, options.zeros});
  answer.print(shape_energy_text(energy, options.run.details));
  answer.write({"energy", {machine.config}, &profile}, to_json(energy));
}

int energy(const EnergyOptions& options) {
  if (options.shape.empty() == options.run.model.empty()) {
    fail_usage("energy: give either --model or --shape");
  }
  Answer answer(options.output);
  const EnergyProfile profile = EnergyProfile::open(options.run.energy_profile);
  if (options.shape.empty()) return energy_of_run(options, profile, answer);
  energy_of_shape(options, profile, answer);
  return 0;
}

/// Options that formulas have no use for.
constexpr std::array kOfRuns = {
    "--prompt",       "--prompt-ids",  "--tokens",   "--ignore-eos", "--kv",      "--head",
    "--backend",      "--control",     "--firmware", "--memory-mib", "--timeout", "--trace",
    "--trace-window", "--temperature", "--top-k",    "--top-p",      "--seed"};

}  // namespace

void add_energy(CLI::App& app, Action& action) {
  const auto [command, options] = add_command<EnergyOptions>(
      app, "energy",
      "Reports the energy of a run, or of a model's shape by formulas: counts times a profile's "
      "rows.",
      action, energy);
  add_run_options(command, options.run);
  options.backend = option_of(command, "--backend");
  describe(
      options.backend,
      {"NAME", "", "one machine alone (default: rtl and systemc, whose counts must be equal)"});
  CLI::Option* shape = excludes(add_shape(command, options.shape), option_of(command, "--model"));
  for (const char* name : kOfRuns) excludes(shape, option_of(command, name));
  needs(add_batch(command, options.batch), shape);
  needs(add_zeros(command, options.zeros), shape);
  options.by_option =
      excludes(add_name(command, "--by", options.by, {"layer", "projection", "product"},
                        "also a table of the run's products, added up in this way"),
               shape);
  excludes(add_flag(command, "--apart", options.apart,
                    "run one product at a time, so that each has figures of its own (q, k, v and "
                    "gate, up overlap otherwise)"),
           shape);
  add_output(command, options.output);
}

}  // namespace tercet

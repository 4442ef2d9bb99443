// SPDX-License-Identifier: Apache-2.0
// `tercet bench shape`: time and memory traffic of a model's shape, up to 70B, on the SystemC
// model.
#include <fmt/format.h>

#include <ctime>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/output.h"
#include "base/progress.h"
#include "base/stopwatch.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "model/synth.h"
#include "sim/dram/machine_memory.h"
#include "study/bench/shape_bench.h"

namespace tercet {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kNotIncluded =
    "embedding, norms, attention, quantisation and head: matrix products only, random activations";

struct BenchShapeOptions {
  std::string shape = "2b4t";
  std::string config = "server";
  bool decode = true;  // else prefill
  Packing packing = Packing::kTwoBit;
  std::string memory = "dram";
  int64_t tokens = 0;
  int64_t layers = 0;
  int64_t checked = 2;
  uint64_t seed = 1;
  Output output;

  const char* phase() const { return decode ? "decode" : "prefill"; }
};

/// What is measured, with the numbers that follow from it.
struct Measured {
  ShapeBenchOptions options;
  ShapeBenchResult result;
  int64_t model_layers = 0;
  double cpu_s = 0.0;
  double wall_s = 0.0;

  int64_t tokens() const { return options.m * options.steps; }
  double seconds() const {
    return static_cast<double>(result.cycles) / (find_machine(options.config).clock_mhz * 1e6);
  }
  /// Layers are alike, so the rest of the model takes as long a layer.
  double model_seconds() const {
    return seconds() * static_cast<double>(model_layers) /
           static_cast<double>(options.model.layers);
  }
};

Measured measure(const BenchShapeOptions& options) {
  Measured m;
  m.options.config = options.config;
  m.options.memory = options.memory;
  m.options.packing = options.packing;
  m.options.model = find_shape(options.shape).config;
  m.model_layers = m.options.model.layers;
  if (options.layers > m.model_layers) {
    fail_usage("--layers {}: '{}' has {}", options.layers, options.shape, m.model_layers);
  }
  if (options.layers != 0) m.options.model.layers = options.layers;
  const int64_t tokens = options.tokens != 0 ? options.tokens : options.decode ? 1 : 64;
  m.options.m = options.decode ? 1 : tokens;
  m.options.steps = options.decode ? tokens : 1;
  m.options.checked = options.checked;
  m.options.seed = options.seed;
  const int64_t layers = m.options.model.layers * m.options.steps;
  const Interrupt interrupt;
  Progress line;
  const Stopwatch wall;
  const std::clock_t cpu = std::clock();
  m.result = run_shape_bench(m.options, [&](int64_t done) {
    line.show(fmt::format("layer {} of {}, {:.0f} s", done, layers, wall.seconds()));
  });
  m.cpu_s = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
  m.wall_s = wall.seconds();
  return m;
}

Json to_json(const BenchShapeOptions& options, const Measured& m) {
  const ShapeBenchResult& r = m.result;
  Json json = {{"complete", !r.stopped.has_value()},
               {"shape", options.shape},
               {"config", options.config},
               {"memory", options.memory},
               {"packing", packing_name(options.packing)},
               {"phase", options.phase()},
               {"tokens", m.tokens()},
               {"layers", m.options.model.layers},
               {"layers_done", r.layers_done},
               {"model_layers", m.model_layers},
               {"not_included", kNotIncluded},
               {"ternary_weights", r.weights},
               {"weight_bytes", r.weight_bytes},
               {"cycles", r.cycles},
               {"seconds", m.seconds()}};
  if (!r.stopped.has_value()) {  // a part of the layers says nothing about all of them
    json["model_seconds"] = m.model_seconds();
    json["seconds_per_token"] = m.model_seconds() / static_cast<double>(m.tokens());
    json["tokens_per_s"] = static_cast<double>(m.tokens()) / m.model_seconds();
  }
  json["outputs_checked"] = r.outputs_checked;
  json["cpu_s"] = m.cpu_s;
  json["machine_cpu_s"] = r.machine_cpu_s;
  json["wall_s"] = m.wall_s;
  for (const ShapeStage& stage : r.stages) {
    json["stages"].push_back(
        {{"name", stage.name}, {"n", stage.n}, {"k", stage.k}, {"cycles", stage.cycles}});
  }
  json["dram"] = to_json(r.dram);
  json["report"] = to_json(r.machine);
  return json;
}

std::string table_text(const BenchShapeOptions& options, const Measured& m) {
  const ShapeBenchResult& r = m.result;
  Table table(fmt::format("{} {} on {}, {}, {}: matrix products of {} of {} layers, {} token{}",
                          options.shape, options.phase(), options.config, options.memory,
                          packing_name(options.packing), m.options.model.layers, m.model_layers,
                          m.tokens(), m.tokens() == 1 ? "" : "s"));
  table.add("ternary weights", scaled(static_cast<double>(r.weights), ""));
  table.add("packed weights", scaled(static_cast<double>(r.weight_bytes), "B"));
  table.add("cycles", grouped(r.cycles));
  table.add("time", scaled(m.seconds(), "s"));
  const bool part = m.options.model.layers != m.model_layers;
  table.add(part ? "time per token, all layers (scaled)" : "time per token",
            scaled(m.model_seconds() / static_cast<double>(m.tokens()), "s"));
  table.add("speed", fmt::format("{:.1f} tokens/s on the simulated machine at {} MHz",
                                 static_cast<double>(m.tokens()) / m.model_seconds(),
                                 find_machine(m.options.config).clock_mhz));
  add_rows(r.dram, &table);
  add_rows(r.machine, &table);
  table.add("outputs checked", grouped(r.outputs_checked));
  table.add("host", fmt::format("{:.2f} s of processor time, {:.2f} s without the checks", m.cpu_s,
                                r.machine_cpu_s));
  table.add("not included", kNotIncluded);
  return table.text();
}

int bench_shape(const BenchShapeOptions& options) {
  Answer answer(options.output);
  const Measured measured = measure(options);
  const std::optional<Interrupted>& stopped = measured.result.stopped;
  if (!stopped.has_value()) answer.print(table_text(options, measured));
  answer.write({"bench shape", {options.config}, nullptr, options.seed},
               to_json(options, measured));
  if (!stopped.has_value()) return 0;
  tell("tercet: {}: {} of {} layers are done\n", stopped->what(), measured.result.layers_done,
       measured.options.model.layers * measured.options.steps);
  return stopped->exit_status();
}

}  // namespace

void add_bench_shape(CLI::App& bench, Action& action) {
  static const Names<bool> kPhases = {{"decode", true}, {"prefill", false}};
  const auto options = std::make_shared<BenchShapeOptions>();
  CLI::App& command = add_command(
      bench, "shape",
      "Runs the matrix products of a model's shape on the SystemC model: weights are made when "
      "read, so 70B needs no storage.",
      action, [options] { return bench_shape(*options); });
  add_shape(command, options->shape);
  add_config(command, options->config);
  add_choice(command, "--phase", options->decode, kPhases,
             "decode: one token after the other; prefill: all tokens in one pass");
  add_number<int64_t>(command, "--tokens", options->tokens, 1, TERCET_MAX_CMD_M,
                      "tokens (default: 1 for decode, 64 for prefill)", "");
  add_packing(command, options->packing);
  add_memory(command, options->memory);
  add_layers(command, options->layers, kMaxLayers);
  add_number<int64_t>(command, "--check-outputs", options->checked, 0, 1000,
                      "outputs of each product to check for every token, by scalar dot products");
  add_number<uint64_t>(command, "--seed", options->seed, 0, 0xffffffff,
                       "seed of weights and activations");
  add_output(command, options->output);
}

}  // namespace tercet

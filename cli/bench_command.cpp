// SPDX-License-Identifier: Apache-2.0
// `tercet bench`: options of each measurement, and its results.
#include <nlohmann/json.hpp>

#include "base/interrupt.h"
#include "base/output.h"
#include "base/progress.h"
#include "base/stopwatch.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "model/fast/target.h"
#include "model/synth.h"
#include "study/bench/benches.h"
#include "study/bench/shape_bench.h"

namespace tercet {
namespace {

using Json = nlohmann::ordered_json;

/// Lets `measure` add to a JSON, which is written when it has ended; also when Ctrl-C ends it:
/// "complete" tells.
int measure_into(const Output& output, const Provenance& provenance,
                 const std::function<void(const Print& print, Json* json)>& measure) {
  const Interrupt interrupt;
  Answer answer(output);
  Json json = {{"complete", false}};
  try {
    measure([&](const std::string& text) { answer.print(text); }, &json);
  } catch (const Interrupted&) {
    answer.write(provenance, json);
    throw;
  }
  json["complete"] = true;
  answer.write(provenance, json);
  return 0;
}

int bench_rtl(const Reported<RtlBenchOptions>& options) {
  constexpr int64_t kMostWeights = 1 << 28;  // the largest of a 70B model; minutes on the RTL
  if (options.n * options.k > kMostWeights) {
    fail_usage("--n {} --k {}: more than {} weights", options.n, options.k, kMostWeights);
  }
  return measure_into(options.output, {"bench rtl", {options.config}},
                      [&](const Print& print, Json* json) { run_rtl_bench(options, print, json); });
}

void add_bench_rtl(CLI::App& bench, Action& action) {
  const auto [command, options] = add_command<Reported<RtlBenchOptions>>(
      bench, "rtl",
      "Runs a GEMM of 64 tokens and a GEMV on the RTL, in both packings, on one thread; medians.",
      action, bench_rtl);
  add_config(command, options.config);
  add_memory(command, options.memory);
  add_reps(command, options.reps, "repetitions of each");
  add_number<int64_t>(command, "--n", options.n, 1, 1 << 16, "outputs");
  add_number<int64_t>(command, "--k", options.k, 1, 1 << 16, "inputs");
  add_output(command, options.output);
}

int bench_systemc(const Reported<SystemcBenchOptions>& options) {
  return measure_into(
      options.output, {"bench systemc", {options.machine.config}},
      [&](const Print& print, Json* json) { run_systemc_bench(options, print, json); });
}

void add_bench_systemc(CLI::App& bench, Action& action) {
  const auto [command, options] = add_command<Reported<SystemcBenchOptions>>(
      bench, "systemc",
      "Runs every BitLinear of a 2B-4T model on the SystemC model: a decode step and a prefill of "
      "64 tokens, with random data, the first and last token checked against the reference; and "
      "one layer on SystemC and RTL. On one thread; the best of --reps.",
      action, bench_systemc);
  options.machine.backend = Backend::kSystemc;
  add_config(command, options.machine.config);
  add_packing(command, options.machine.packing);
  add_memory(command, options.machine.memory);
  add_layers(command, options.layers, find_shape("2b4t").config.layers);
  add_reps(command, options.reps, "repetitions of each but the whole prefill");
  add_output(command, options.output);
}

struct ModelBench : Reported<ModelBenchOptions> {
  SynthSpec spec;
  std::string model;  // instead of a random one
  ModelOptions model_options;
  std::string simd;
};

int bench_model(const ModelBench& options) {
  force_simd_target(options.simd);
  return measure_into(
      options.output, {"bench model", {}, nullptr, options.spec.seed},
      [&](const Print& print, Json* json) {
        const Stopwatch watch;
        const ModelFile named =
            options.model.empty()
                ? ModelFile{"synth:" + options.spec.shape, synth_model(options.spec), {}, {}}
                : open_model(options.model, options.model_options);
        Answer::note(named, true);
        (*json)["load_s"] = watch.seconds();
        run_model_bench(options, named, print, json);
      });
}

void add_bench_model(CLI::App& bench, Action& action) {
  constexpr int64_t kMost = 1 << 16;
  const auto [command, options] = add_command<ModelBench>(
      bench, "model",
      "Measures prefill and decode on the host's vectors, with 1 and 2 threads, beside a probe of "
      "how fast memory can be read; the best of --reps. One token's logits are checked.",
      action, bench_model);
  CLI::Option* model = add_model(command, options.model, options.model_options);
  excludes(add_shape(command, options.spec.shape), model);
  excludes(add_number<int64_t>(command, "--layers", options.spec.layers, 1, kMaxLayers,
                               "layers (default: as many as the shape has)"),
           model);
  excludes(add_number<int64_t>(command, "--vocab", options.spec.vocab, 2, kMaxVocab,
                               "vocabulary (default: the shape's)"),
           model);
  add_number<int64_t>(command, "--prompt-tokens", options.prompt, 1, kMost,
                      "tokens of the prefill");
  add_cache_and_head(command, options.session);
  add_number<int64_t>(command, "--tokens", options.tokens, 1, kMost, "tokens to decode");
  add_reps(command, options.reps, "repetitions");
  add_simd(command, options.simd);
  add_output(command, options.output);
}

struct QueueBench : Reported<QueueBenchOptions> {
  std::string model;
  ModelOptions model_options;
};

int bench_queue(const QueueBench& options) {
  return measure_into(options.output, {"bench queue", {options.machine.config}},
                      [&](const Print& print, Json* json) {
                        const ModelFile named = open_model(options.model, options.model_options);
                        Answer::note(named, true);
                        run_queue_bench(options, named, print, json);
                      });
}

void add_bench_queue(CLI::App& bench, Action& action) {
  static const Names<Backend> kTimed = {{"rtl", Backend::kRtl}, {"systemc", Backend::kSystemc}};
  const auto [command, options] = add_command<QueueBench>(
      bench, "queue",
      "Queues every BitLinear of a model for one token, commands that wait for nothing but each "
      "other: cycles without a command in flight are what control costs. Through the firmware, "
      "then with the driver writing the command registers. All results are checked.",
      action, bench_queue);
  required(add_model(command, options.model, options.model_options));
  add_choice(command, "--backend", options.machine.backend, kTimed,
             "machine that computes: rtl or systemc");
  add_config(command, options.machine.config);
  add_packing(command, options.machine.packing);
  add_memory(command, options.machine.memory);
  add_firmware(command, options.machine);
  add_number<int64_t>(command, "--steps", options.steps, 1, 100000,
                      "times that all of the model is queued");
  add_output(command, options.output);
}

int bench_shape(const Reported<ShapeBenchOptions>& options) {
  Answer answer(options.output);
  const Interrupt interrupt;
  Progress line;
  const Stopwatch watch;
  const ShapeBenchResult result = run_shape_bench(options, [&](const ShapeBenchResult& done) {
    line.show(fmt::format("layer {} of {}, {:.0f} s", done.layers_done, done.layers_to_do,
                          watch.seconds()));
  });
  line.clear();
  if (!result.stopped.has_value()) answer.print(shape_bench_text(options, result));
  answer.write({"bench shape", {options.config}, nullptr, options.seed},
               shape_bench_json(options, result));
  if (!result.stopped.has_value()) return 0;
  tell("tercet: {}: {} of {} layers are done\n", result.stopped->what(), result.layers_done,
       result.layers_to_do);
  return result.stopped->exit_status();
}

void add_bench_shape(CLI::App& bench, Action& action) {
  static const Names<bool> kPhases = {{"decode", true}, {"prefill", false}};
  const auto [command, options] = add_command<Reported<ShapeBenchOptions>>(
      bench, "shape",
      "Runs the matrix products of a model's shape on the SystemC model: weights are made when "
      "read, so 70B needs no storage.",
      action, bench_shape);
  add_shape(command, options.shape);
  add_config(command, options.config);
  add_choice(command, "--phase", options.decode, kPhases,
             "decode: one token after the other; prefill: all tokens in one pass");
  add_number<int64_t>(command, "--tokens", options.tokens, 1, TERCET_MAX_CMD_M,
                      "tokens (default: 1 for decode, 64 for prefill)", "");
  add_packing(command, options.packing);
  add_memory(command, options.memory);
  add_layers(command, options.layers, kMaxLayers);
  add_number<int64_t>(command, "--check-outputs", options.checked, 0, 1000,
                      "outputs of each product to check for every token, by scalar dot products");
  add_number<uint64_t>(command, "--seed", options.seed, 0, 0xffffffff,
                       "seed of weights and activations");
  add_output(command, options.output);
}

}  // namespace

void add_bench(CLI::App& app, Action& action) {
  CLI::App& bench = add_group(app, "bench", "Measures how fast simulators and machines are.");
  add_bench_rtl(bench, action);
  add_bench_systemc(bench, action);
  add_bench_model(bench, action);
  add_bench_queue(bench, action);
  add_bench_shape(bench, action);
}

}  // namespace tercet

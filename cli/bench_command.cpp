// SPDX-License-Identifier: Apache-2.0
// `tercet bench`: options of each measurement, and its results.
#include <memory>
#include <nlohmann/json.hpp>

#include "base/interrupt.h"
#include "base/stopwatch.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "model/fast/target.h"
#include "model/synth.h"
#include "study/bench/benches.h"

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

constexpr int64_t kMostWeights = 1 << 28;  // the largest of a 70B model; minutes on the RTL

void add_bench_rtl(CLI::App& bench, Action& action) {
  struct Options {
    RtlBenchOptions bench;
    Output output;
  };
  const auto options = std::make_shared<Options>();
  CLI::App& command = add_command(
      bench, "rtl",
      "Runs a GEMM of 64 tokens and a GEMV on the RTL, in both packings, on one thread; medians.",
      action, [options] {
        if (options->bench.n * options->bench.k > kMostWeights) {
          fail_usage("--n {} --k {}: more than {} weights", options->bench.n, options->bench.k,
                     kMostWeights);
        }
        return measure_into(
            options->output, {"bench rtl", {options->bench.config}},
            [&](const Print& print, Json* json) { run_rtl_bench(options->bench, print, json); });
      });
  add_config(command, options->bench.config);
  add_memory(command, options->bench.memory);
  add_reps(command, options->bench.reps, "repetitions of each");
  add_number<int64_t>(command, "--n", options->bench.n, 1, 1 << 16, "outputs");
  add_number<int64_t>(command, "--k", options->bench.k, 1, 1 << 16, "inputs");
  add_output(command, options->output);
}

void add_bench_systemc(CLI::App& bench, Action& action) {
  struct Options {
    SystemcBenchOptions bench;
    Output output;
  };
  const auto options = std::make_shared<Options>();
  options->bench.machine.backend = Backend::kSystemc;
  CLI::App& command = add_command(
      bench, "systemc",
      "Runs every BitLinear of a 2B-4T model on the SystemC model: a decode step and a prefill of "
      "64 tokens, with random data, the first and last token checked against the reference; and "
      "one layer on SystemC and RTL. On one thread; the best of --reps.",
      action, [options] {
        return measure_into(options->output, {"bench systemc", {options->bench.machine.config}},
                            [&](const Print& print, Json* json) {
                              run_systemc_bench(options->bench, print, json);
                            });
      });
  add_config(command, options->bench.machine.config);
  add_packing(command, options->bench.machine.packing);
  add_memory(command, options->bench.machine.memory);
  add_layers(command, options->bench.layers, find_shape("2b4t").config.layers);
  add_reps(command, options->bench.reps, "repetitions of each but the whole prefill");
  add_output(command, options->output);
}

void add_bench_model(CLI::App& bench, Action& action) {
  struct Options {
    ModelBenchOptions bench;
    SynthSpec spec;
    std::string model;  // instead of a random one
    ModelOptions model_options;
    std::string simd;
    Output output;
  };
  constexpr int64_t kMost = 1 << 16;
  const auto options = std::make_shared<Options>();
  CLI::App& command = add_command(
      bench, "model",
      "Measures prefill and decode on the host's vectors, with 1 and 2 threads, beside a probe of "
      "how fast memory can be read; the best of --reps. One token's logits are checked.",
      action, [options] {
        force_simd_target(options->simd);
        return measure_into(options->output, {"bench model", {}, nullptr, options->spec.seed},
                            [&](const Print& print, Json* json) {
                              const Stopwatch watch;
                              const ModelFile named =
                                  options->model.empty()
                                      ? ModelFile{"synth:" + options->spec.shape,
                                                  synth_model(options->spec),
                                                  {},
                                                  {}}
                                      : open_model(options->model, options->model_options);
                              Answer::note(named, true);
                              (*json)["load_s"] = watch.seconds();
                              run_model_bench(options->bench, named, print, json);
                            });
      });
  CLI::Option* model = add_model(command, options->model, options->model_options);
  excludes(add_shape(command, options->spec.shape), model);
  excludes(add_number<int64_t>(command, "--layers", options->spec.layers, 1, kMaxLayers,
                               "layers (default: as many as the shape has)"),
           model);
  excludes(add_number<int64_t>(command, "--vocab", options->spec.vocab, 2, kMaxVocab,
                               "vocabulary (default: the shape's)"),
           model);
  add_number<int64_t>(command, "--prompt-tokens", options->bench.prompt, 1, kMost,
                      "tokens of the prefill");
  add_number<int64_t>(command, "--tokens", options->bench.tokens, 1, kMost, "tokens to decode");
  add_reps(command, options->bench.reps, "repetitions");
  add_simd(command, options->simd);
  add_output(command, options->output);
}

void add_bench_queue(CLI::App& bench, Action& action) {
  struct Options {
    QueueBenchOptions bench;
    std::string model;
    ModelOptions model_options;
    Output output;
  };
  static const Names<Backend> kTimed = {{"rtl", Backend::kRtl}, {"systemc", Backend::kSystemc}};
  const auto options = std::make_shared<Options>();
  CLI::App& command = add_command(
      bench, "queue",
      "Queues every BitLinear of a model for one token, commands that wait for nothing but each "
      "other: cycles without a command in flight are what control costs. Through the firmware, "
      "then with the driver writing the command registers. All results are checked.",
      action, [options] {
        return measure_into(options->output, {"bench queue", {options->bench.machine.config}},
                            [&](const Print& print, Json* json) {
                              const ModelFile named =
                                  open_model(options->model, options->model_options);
                              Answer::note(named, true);
                              run_queue_bench(options->bench, named, print, json);
                            });
      });
  required(add_model(command, options->model, options->model_options));
  add_choice(command, "--backend", options->bench.machine.backend, kTimed,
             "machine that computes: rtl or systemc");
  add_config(command, options->bench.machine.config);
  add_packing(command, options->bench.machine.packing);
  add_memory(command, options->bench.machine.memory);
  add_firmware(command, options->bench.machine);
  add_number<int64_t>(command, "--steps", options->bench.steps, 1, 100000,
                      "times that all of the model is queued");
  add_output(command, options->output);
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

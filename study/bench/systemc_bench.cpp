// SPDX-License-Identifier: Apache-2.0
// `tercet bench systemc`: how fast the SystemC model runs a 2B-4T model's layers, and against RTL.
#include <ctime>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/error.h"
#include "base/stopwatch.h"
#include "base/table.h"
#include "model/engine.h"
#include "model/synth.h"
#include "sim/engine/device_engine.h"
#include "sim/machine.h"
#include "study/bench/benches.h"

namespace tercet {
namespace {

using Json = nlohmann::ordered_json;

/// What the products of some layers took.
struct Taken {
  double seconds = 0.0;      // wall
  double cpu_seconds = 0.0;  // of this process
  uint64_t cycles = 0;
  uint64_t products = 0;
};

double cpu_now() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// Throws Error unless row `row` of acc[m][n] is the reference's.
void check_row(const TernaryMatrix& w, const std::vector<int8_t>& q,
               const std::vector<int32_t>& acc, int64_t row) {
  std::vector<int32_t> expected(static_cast<size_t>(w.n()));
  ReferenceEngine().matmul(w, q.data() + row * w.k(), 1, expected.data());
  if (!std::equal(expected.begin(), expected.end(), acc.begin() + row * w.n())) {
    fail("{}: row {} is not the reference's", w.name(), row);
  }
}

/// A machine with the model's weights in its memory; the driver itself starts its commands.
struct LoadedMachine {
  LoadedMachine(MachineOptions options, const Model& model)
      : machine(direct(options), packed_bytes(options.machine(), options.packing, model)),
        engine(machine.accelerator(), options.packing) {
    machine.set_stoppable(true);
    engine.preload(model);
  }

  static MachineOptions& direct(MachineOptions& options) {
    options.control = Control::kDirect;
    return options;
  }

  Machine machine;
  DeviceEngine engine;
};

/// Every product of `layers` layers on m tokens each; the first and last token of each checked.
Taken run_layers(const Model& model, size_t layers, int64_t m, LoadedMachine& loaded) {
  Taken taken;
  Rng rng(static_cast<uint64_t>(m));
  for (const TernaryMatrix* w : ternary_matrices(model, layers)) {
    const std::vector<int8_t> q = random_activations(m * w->k(), rng);
    std::vector<int32_t> acc(static_cast<size_t>(m * w->n()));
    const uint64_t cycle = loaded.machine.cycle();
    const double cpu = cpu_now();
    Stopwatch watch;
    loaded.engine.matmul(*w, q.data(), m, acc.data());
    taken.seconds += watch.lap();
    taken.cpu_seconds += cpu_now() - cpu;
    taken.cycles += loaded.machine.cycle() - cycle;
    taken.products += static_cast<uint64_t>(m * w->n() * w->k());
    check_row(*w, q, acc, 0);
    if (m > 1) check_row(*w, q, acc, m - 1);
  }
  return taken;
}

/// The fastest of `reps`, as other work on the machine only ever adds.
Taken best_of(int64_t reps, const Model& model, size_t layers, int64_t m, LoadedMachine& loaded) {
  Taken best = run_layers(model, layers, m, loaded);
  for (int64_t i = 1; i < reps; ++i) {
    const Taken taken = run_layers(model, layers, m, loaded);
    if (taken.cpu_seconds < best.cpu_seconds) best = taken;
  }
  return best;
}

Json to_json(const Taken& taken) {
  return {{"seconds", taken.seconds},
          {"cpu_seconds", taken.cpu_seconds},
          {"cycles", taken.cycles},
          {"products", taken.products},
          {"cycles_per_cpu_s", static_cast<double>(taken.cycles) / taken.cpu_seconds},
          {"products_per_cpu_s", static_cast<double>(taken.products) / taken.cpu_seconds}};
}

std::string row_text(const char* name, const Taken& t) {
  return fmt::format(
      "{:<20}  {:>12} simulated cycles; host: {:.2f} s ({:.2f} s of processor), {:.1f} G "
      "products/s\n",
      name, grouped(t.cycles), t.seconds, t.cpu_seconds,
      static_cast<double>(t.products) / t.cpu_seconds * 1e-9);
}

/// One layer on two fresh machines, step by step the same: CPU seconds of RTL over SystemC's.
Json compare_with_rtl(const SystemcBenchOptions& options, const Model& model, const Print& print) {
  MachineOptions chosen = options.machine;
  LoadedMachine systemc(chosen, model);
  chosen.backend = Backend::kRtl;
  LoadedMachine rtl(chosen, model);
  Json json;
  double rtl_s = 0.0;
  double systemc_s = 0.0;
  for (const int64_t m : {1, 64}) {
    const Taken slow = best_of(options.reps, model, 1, m, rtl);
    const Taken fast = best_of(options.reps, model, 1, m, systemc);
    const bool equal = rtl.machine.cycle() == systemc.machine.cycle();
    const double ratio = slow.cpu_seconds / fast.cpu_seconds;
    print(row_text(fmt::format("RTL, 1 layer, {} token{}", m, m == 1 ? "" : "s").c_str(), slow));
    print(fmt::format("  SystemC simulates it {:.1f}× as fast; the cycles are {}\n", ratio,
                      equal ? "equal" : "NOT EQUAL"));
    json[m == 1 ? "decode" : "prefill64"] = {{"ratio", ratio},
                                             {"cycles_equal", equal},
                                             {"rtl", to_json(slow)},
                                             {"systemc", to_json(fast)}};
    rtl_s += slow.cpu_seconds;
    systemc_s += fast.cpu_seconds;
  }
  json["ratio"] = rtl_s / systemc_s;
  return json;
}

}  // namespace

void run_systemc_bench(const SystemcBenchOptions& options, const Print& print,
                       nlohmann::ordered_json* json) {
  check(options.machine);
  *json = {{"complete", false},
           {"model", "synth:2b4t"},
           {"layers", nullptr},
           {"config", options.machine.config},
           {"packing", packing_name(options.machine.packing)},
           {"memory", options.machine.memory_name()},
           {"reps", options.reps},
           {"decode_2b4t_s", nullptr},
           {"prefill64_2b4t_s", nullptr},
           {"ratio_to_rtl", nullptr}};
  SynthSpec spec;
  spec.layers = options.layers;
  spec.vocab = 300;  // neither embedding nor head run on the machine
  const Model model = synth_model(spec);
  const size_t layers = model.layers.size();
  (*json)["layers"] = layers;
  LoadedMachine machine(options.machine, model);
  const Taken decode = best_of(options.reps, model, layers, 1, machine);
  print(row_text("decode, 1 token", decode));
  (*json)["decode_2b4t_s"] = decode.seconds;
  (*json)["decode"] = to_json(decode);
  const Taken prefill = best_of(1, model, layers, 64, machine);
  print(row_text("prefill, 64 tokens", prefill));
  (*json)["prefill64_2b4t_s"] = prefill.seconds;
  (*json)["prefill64"] = to_json(prefill);
  if (has_rtl(options.machine.machine())) {
    const Json rtl = compare_with_rtl(options, model, print);
    (*json)["ratio_to_rtl"] = rtl["ratio"];
    (*json)["rtl"] = rtl;
  }
}

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// `tercet bench`, and `bench rtl`: how fast the RTL simulates, and how well it uses array and
// memory.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/table.h"
#include "host_driver/accelerator.h"
#include "model/engine.h"
#include "sim/engine/device_engine.h"
#include "sim/machine.h"
#include "study/bench/benches.h"
#include "study/report/machine_report.h"

namespace tercet {
namespace {

using Json = nlohmann::ordered_json;

/// One product, its inputs and what it must give.
struct Case {
  const char* name;
  int64_t m;
  bool by_memory;  // utilisation is that of the memory's read beats, not of the array
};

struct Inputs {
  TernaryMatrix w;
  std::vector<int8_t> q;          // [64][k], the first m rows are used
  std::vector<int32_t> expected;  // [64][n]
};

Inputs make_inputs(const RtlBenchOptions& options, int64_t m) {
  constexpr double kZeros = 0.422;  // as in BitNet b1.58 2B-4T
  Rng rng(1);
  std::vector<int8_t> trits(static_cast<size_t>(options.n * options.k));
  for (int8_t& t : trits) {
    const double u = rng.uniform();
    t = static_cast<int8_t>(u < kZeros ? 0 : u < (1.0 + kZeros) / 2 ? 1 : -1);
  }
  Inputs in{TernaryMatrix::from_trits("bench", options.n, options.k, 1.0f, trits.data()), {}, {}};
  in.q = random_activations(m * options.k, rng);
  in.expected.resize(static_cast<size_t>(m * options.n));
  ReferenceEngine().matmul(in.w, in.q.data(), m, in.expected.data());
  return in;
}

Json measure(const RtlBenchOptions& options, const Case& c, const Inputs& in, Packing packing,
             Accelerator& accelerator) {
  const tercet_config& machine = accelerator.machine();
  const Accelerator::WeightId id = accelerator.upload(weights_of(in.w), packing);
  std::vector<int32_t> acc(static_cast<size_t>(c.m * options.n));
  Transport& transport = accelerator.driver().transport();
  const auto products = static_cast<uint64_t>(c.m * options.n * options.k);
  std::vector<double> seconds;
  uint64_t cycles = 0;
  for (int64_t rep = 0; rep < options.reps; ++rep) {
    accelerator.driver().clear_counters();
    const uint64_t cycle = transport.cycle();
    const double before = accelerator.times().device;
    std::fill(acc.begin(), acc.end(), 0);
    accelerator.gemm(id, in.q.data(), c.m, acc.data());
    seconds.push_back(accelerator.times().device - before);
    cycles = transport.cycle() - cycle;
    if (!std::equal(acc.begin(), acc.end(), in.expected.begin())) {
      fail("{} {}: the result is not the reference's", c.name, packing_name(packing));
    }
  }
  const MachineReport report =
      make_machine_report(machine, accelerator.driver().read_counters(), products);
  accelerator.release(id);
  std::sort(seconds.begin(), seconds.end());
  const double median = seconds[seconds.size() / 2];
  Json json = {{"m", c.m},
               {"n", options.n},
               {"k", options.k},
               {"packing", packing_name(packing)},
               {"ternary_ops_per_s", static_cast<double>(products) / median},
               {"sim_khz", static_cast<double>(cycles) / median * 1e-3},
               {"cycles", report.counters[TERCET_COUNTER_CYCLES_BUSY]},
               {"utilisation", c.by_memory ? report.read_beats : report.array},
               {"utilisation_of", c.by_memory ? "memory read beats" : "array's peak products"},
               {"seconds", median},
               {"seconds_best", seconds.front()},
               {"outputs_checked", acc.size()}};
  json["report"] = to_json(report);
  return json;
}

std::string row_text(const Json& row, const char* name) {
  return fmt::format(
      "{:<5} {:>3} × {} × {}  {:<8} {:>9} cycles, {} of the {}; host: {:.0f} k simulated cycles/s, "
      "{:.3f} G products/s\n",
      name, row["m"].get<int64_t>(), row["n"].get<int64_t>(), row["k"].get<int64_t>(),
      row["packing"].get<std::string>(), grouped(row["cycles"].get<uint64_t>()),
      percent(row["utilisation"].get<double>()), row["utilisation_of"].get<std::string>(),
      row["sim_khz"].get<double>(), row["ternary_ops_per_s"].get<double>() * 1e-9);
}

}  // namespace

void run_rtl_bench(const RtlBenchOptions& options, const Print& print,
                   nlohmann::ordered_json* json) {
  MachineOptions chosen;
  chosen.config = options.config;
  chosen.memory = options.memory;
  chosen.control = Control::kDirect;
  check(chosen);
  Machine machine(chosen, 0);
  machine.set_stoppable(true);
  *json = {{"complete", false},
           {"config", options.config},
           {"memory", options.memory},
           {"reps", options.reps}};
  for (const Case& c : {Case{"gemm", 64, false}, Case{"gemv", 1, true}}) {
    const Inputs in = make_inputs(options, c.m);
    for (const Packing packing : {Packing::kTwoBit, Packing::kTrit5}) {
      const Json row = measure(options, c, in, packing, machine.accelerator());
      print(row_text(row, c.name));
      if (packing == Packing::kTwoBit) {
        (*json)[c.name] = row;
      } else {
        (*json)[packing_name(packing)][c.name] = row;
      }
    }
  }
}

}  // namespace tercet

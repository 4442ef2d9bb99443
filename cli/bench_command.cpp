// SPDX-License-Identifier: Apache-2.0
// `tercet bench`, and `bench rtl`: how fast the RTL simulates, and how well it uses array and
// memory.
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/rng.h"
#include "base/table.h"
#include "cli/bench_commands.h"
#include "cli/bench_results.h"
#include "cli/device_options.h"
#include "host_driver/accelerator.h"
#include "host_driver/sliced_transport.h"
#include "model/engine.h"
#include "study/report/machine_report.h"

namespace tercet {
namespace {

using Json = nlohmann::ordered_json;

struct BenchOptions {
  std::string config = "edge";
  std::string memory = "ideal";
  int64_t reps = 5;
  int64_t n = 2560;
  int64_t k = 2560;
  std::string json;
};

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

Inputs make_inputs(const BenchOptions& options, int64_t m) {
  constexpr double kZeros = 0.422;  // as in BitNet b1.58 2B-4T
  Rng rng(1);
  std::vector<int8_t> trits(static_cast<size_t>(options.n * options.k));
  for (int8_t& t : trits) {
    const double u = rng.uniform();
    t = static_cast<int8_t>(u < kZeros ? 0 : u < (1.0 + kZeros) / 2 ? 1 : -1);
  }
  Inputs in{TernaryMatrix::from_trits("bench", options.n, options.k, 1.0f, trits.data()), {}, {}};
  in.q.resize(static_cast<size_t>(m * options.k));
  for (int8_t& q : in.q) q = static_cast<int8_t>(static_cast<int64_t>(rng.below(255)) - 127);
  in.expected.resize(static_cast<size_t>(m * options.n));
  ReferenceEngine().matmul(in.w, in.q.data(), m, in.expected.data());
  return in;
}

Json measure(const BenchOptions& options, const Case& c, const Inputs& in, Packing packing,
             Accelerator& accelerator) {
  const tercet_config& machine = accelerator.machine();
  const Accelerator::WeightId id = accelerator.upload(in.w, packing);
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

void print_row(const Json& row, const char* name) {
  fmt::print(
      "{:<5} {:>3} × {} × {}  {:<8} {:>9} cycles, {} of the {}; host: {:.0f} k simulated cycles/s, "
      "{:.3f} G products/s\n",
      name, row["m"].get<int64_t>(), row["n"].get<int64_t>(), row["k"].get<int64_t>(),
      row["packing"].get<std::string>(), grouped(row["cycles"].get<uint64_t>()),
      percent(row["utilisation"].get<double>()), row["utilisation_of"].get<std::string>(),
      row["sim_khz"].get<double>(), row["ternary_ops_per_s"].get<double>() * 1e-9);
}

/// Adds each row to `json` as soon as it is there.
void measure_all(const BenchOptions& options, Transport& transport, Json* json) {
  Accelerator accelerator(transport, find_machine(options.config));
  for (const Case& c : {Case{"gemm", 64, false}, Case{"gemv", 1, true}}) {
    const Inputs in = make_inputs(options, c.m);
    for (const Packing packing : {Packing::kTwoBit, Packing::kTrit5}) {
      const Json row = measure(options, c, in, packing, accelerator);
      print_row(row, c.name);
      if (packing == Packing::kTwoBit) {
        (*json)[c.name] = row;
      } else {
        (*json)[packing_name(packing)][c.name] = row;
      }
    }
  }
}

int bench_rtl(const BenchOptions& options) {
  if (!options.json.empty()) check_writable(options.json);
  DeviceOptions device;
  device.config = options.config;
  device.memory = options.memory;
  check(device);
  const std::unique_ptr<Transport> transport = make_device(device, 0);
  const Interrupt interrupt;
  SlicedTransport sliced(*transport, Interrupt::poll);
  Json json = {{"complete", false},
               {"config", options.config},
               {"memory", options.memory},
               {"reps", options.reps}};
  measure_into(options.json, json, [&] { measure_all(options, sliced, &json); });
  return 0;
}

}  // namespace

void add_bench(CLI::App& app, Action& action) {
  CLI::App* bench = app.add_subcommand("bench", "Measures.");
  bench->require_subcommand(1);
  CLI::App* command = bench->add_subcommand(
      "rtl",
      "A GEMM of 64 tokens and a GEMV on the RTL, in both packings, on one thread. Medians.");
  const auto options = std::make_shared<BenchOptions>();
  command->add_option("--config", options->config, "machine of rtl/spec/configs")
      ->check(CLI::IsMember(machine_names()))
      ->capture_default_str();
  command->add_option("--memory", options->memory, "ideal, dram, or a preset")
      ->capture_default_str();
  command->add_option("--reps", options->reps, "repetitions of each")
      ->check(CLI::Range(int64_t{1}, int64_t{1000}))
      ->capture_default_str();
  command->add_option("--n", options->n, "outputs")
      ->check(CLI::Range(int64_t{1}, int64_t{1} << 16))
      ->capture_default_str();
  command->add_option("--k", options->k, "inputs")
      ->check(CLI::Range(int64_t{1}, int64_t{1} << 16))
      ->capture_default_str();
  command->add_option("--json", options->json, "file for the results");
  command->callback([options, &action] { action = [options] { return bench_rtl(*options); }; });
  add_bench_systemc(*bench, action);
  add_bench_model(*bench, action);
  add_bench_queue(*bench, action);
  add_bench_shape(*bench, action);
}

}  // namespace tercet

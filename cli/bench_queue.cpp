// SPDX-License-Identifier: Apache-2.0
// `tercet bench queue`: how long the machine waits for its commands when many are queued.
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/rng.h"
#include "cli/bench_commands.h"
#include "cli/bench_results.h"
#include "cli/device_options.h"
#include "cli/model_source.h"
#include "host_driver/accelerator.h"
#include "host_driver/sliced_transport.h"
#include "study/report/machine_report.h"

namespace tercet {
namespace {

using Json = nlohmann::ordered_json;

struct QueueBench {
  DeviceOptions device;
  std::string model;
  int64_t steps = 4;
  std::string json;
};

/// Every projection of the model for one token, with inputs of its own: nothing waits for anything.
struct Products {
  std::vector<std::vector<int8_t>> inputs;
  std::vector<std::vector<int32_t>> outputs;
  std::vector<Accelerator::Product> all;
  uint64_t multiplications = 0;
};

Products make_products(const Model& model, const QueueBench& options, Accelerator& accelerator) {
  Products made;
  Rng rng(1);
  std::vector<Accelerator::WeightId> ids;
  const Packing packing = parse_packing(options.device.packing);
  for (const Layer& layer : model.layers) {
    for (const TernaryMatrix* w : layer.projections()) {
      ids.push_back(accelerator.upload(*w, packing));
    }
  }
  for (int64_t step = 0; step < options.steps; ++step) {
    size_t id = 0;
    for (const Layer& layer : model.layers) {
      for (const TernaryMatrix* w : layer.projections()) {
        std::vector<int8_t> q(static_cast<size_t>(w->k()));
        for (int8_t& x : q) x = static_cast<int8_t>(static_cast<int64_t>(rng.below(255)) - 127);
        made.inputs.push_back(std::move(q));
        made.outputs.emplace_back(static_cast<size_t>(w->n()));
        made.all.push_back({ids[id++], made.inputs.back().data(), 1, made.outputs.back().data()});
        made.multiplications += static_cast<uint64_t>(w->n() * w->k());
      }
    }
  }
  return made;
}

void check_results(const Model& model, const Products& made) {
  ReferenceEngine reference;
  for (size_t i = 0; i < made.outputs.size();) {
    for (const Layer& layer : model.layers) {
      for (const TernaryMatrix* w : layer.projections()) {
        std::vector<int32_t> expected(made.outputs[i].size());
        reference.matmul(*w, made.inputs[i].data(), 1, expected.data());
        if (expected != made.outputs[i]) fail("{}: the result is not the reference's", w->name());
        ++i;
      }
    }
  }
}

/// One queue, measured from its first doorbell to its last completion.
Json measure(const QueueBench& options, const std::string& control, const Model& model,
             uint64_t weight_bytes) {
  DeviceOptions device = options.device;
  device.control = control;
  const std::unique_ptr<Transport> transport = make_device(device, weight_bytes);
  SlicedTransport sliced(*transport, Interrupt::poll);
  Accelerator accelerator(make_port(device, sliced));
  const Products made = make_products(model, options, accelerator);
  accelerator.driver().clear_counters();
  const uint64_t begin = transport->cycle();
  accelerator.gemm_batch(made.all);
  const uint64_t cycles = transport->cycle() - begin;
  const MachineReport report = make_machine_report(
      accelerator.machine(), accelerator.driver().read_counters(), made.multiplications);
  check_results(model, made);
  Json json = {
      {"control", control},
      {"commands", made.all.size()},
      {"cycles", cycles},
      {"cycles_a_command", static_cast<double>(cycles) / static_cast<double>(made.all.size())},
      {"idle_cycles", report.counters[TERCET_COUNTER_QUEUE_IDLE]},
      {"idle", static_cast<double>(report.counters[TERCET_COUNTER_QUEUE_IDLE]) /
                   static_cast<double>(cycles)}};
  json["report"] = to_json(report);
  return json;
}

void print_row(const Json& row) {
  fmt::print(
      "{:<9} {} commands in {} cycles, {:.1f} per command; engine idle while commands waited for "
      "{} "
      "cycles ({})\n",
      row["control"].get<std::string>() + ":", row["commands"].get<uint64_t>(),
      grouped(row["cycles"].get<uint64_t>()), row["cycles_a_command"].get<double>(),
      grouped(row["idle_cycles"].get<uint64_t>()), percent(row["idle"].get<double>(), 2));
}

int bench_queue(const QueueBench& options) {
  check(options.device);
  if (!options.json.empty()) check_writable(options.json);
  const Interrupt interrupt;
  const NamedModel named = open_model(options.model);
  const uint64_t bytes = packed_bytes(find_machine(options.device.config),
                                      parse_packing(options.device.packing), named.model);
  Json json = {{"complete", false},
               {"model", options.model},
               {"backend", options.device.backend},
               {"config", options.device.config},
               {"packing", options.device.packing},
               {"memory", options.device.memory_name()},
               {"steps", options.steps},
               {"firmware", control_json(options.device)}};
  measure_into(options.json, json, [&] {
    for (const char* control : {"firmware", "direct"}) {
      const Json row = measure(options, control, named.model, bytes);
      print_row(row);
      json["queues"].push_back(row);
    }
  });
  return 0;
}

}  // namespace

void add_bench_queue(CLI::App& bench, Action& action) {
  CLI::App* command = bench.add_subcommand(
      "queue",
      "Every BitLinear of a model for one token, as one queue of commands that wait for nothing "
      "but each other: cycles without a command in flight are what control costs. Through the "
      "firmware, then with the driver writing the command registers. All results are checked.");
  const auto options = std::make_shared<QueueBench>();
  options->device.control = "firmware";
  command->add_option("--model", options->model, kModelHelp)->required();
  command->add_option("--backend", options->device.backend, "machine that computes")
      ->check(CLI::IsMember({"rtl", "systemc"}))
      ->capture_default_str();
  command->add_option("--config", options->device.config, "machine of rtl/spec/configs")
      ->check(CLI::IsMember(machine_names()))
      ->capture_default_str();
  command->add_option("--packing", options->device.packing, "weights: 2 bits each, or 5 in a byte")
      ->check(CLI::IsMember({"two_bit", "trit5"}))
      ->capture_default_str();
  command->add_option("--memory", options->device.memory,
                      "ideal, dram, or a preset (default: dram)");
  command->add_option("--firmware", options->device.firmware,
                      "ELF file for the control core (default: the one of this build)");
  command->add_option("--steps", options->steps, "times that all of the model is queued")
      ->check(CLI::Range(int64_t{1}, int64_t{100000}))
      ->capture_default_str();
  command->add_option("--json", options->json, "file for the results");
  command->callback([options, &action] { action = [options] { return bench_queue(*options); }; });
}

}  // namespace tercet

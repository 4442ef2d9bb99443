// SPDX-License-Identifier: Apache-2.0
// `tercet bench queue`: how long the machine waits for its commands when many are queued.
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

/// Every projection of the model for one token, with inputs of its own: nothing waits for anything.
struct Products {
  std::vector<std::vector<int8_t>> inputs;
  std::vector<std::vector<int32_t>> outputs;
  std::vector<Accelerator::Product> all;
  uint64_t multiplications = 0;
};

Products make_products(const std::vector<const TernaryMatrix*>& matrices,
                       const QueueBenchOptions& options, Accelerator& accelerator) {
  constexpr int64_t kMaxOperandBytes = int64_t{1} << 30;
  std::vector<Accelerator::WeightId> ids;
  int64_t step_bytes = 0;  // inputs and results
  for (const TernaryMatrix* w : matrices) {
    ids.push_back(accelerator.upload(weights_of(*w), options.machine.packing));
    step_bytes += w->k() + w->n() * static_cast<int64_t>(sizeof(int32_t));
  }
  const int64_t most = kMaxOperandBytes / std::max<int64_t>(step_bytes, 1);
  if (options.steps > most) {
    fail("--steps {}: inputs and results of at most {} steps of this model are kept, {} bytes",
         options.steps, most, kMaxOperandBytes);
  }
  Products made;
  Rng rng(1);
  for (int64_t step = 0; step < options.steps; ++step) {
    for (size_t i = 0; i < matrices.size(); ++i) {
      const TernaryMatrix& w = *matrices[i];
      made.inputs.push_back(random_activations(w.k(), rng));
      made.outputs.emplace_back(static_cast<size_t>(w.n()));
      made.all.push_back({ids[i], made.inputs.back().data(), 1, made.outputs.back().data()});
      made.multiplications += static_cast<uint64_t>(w.n() * w.k());
    }
  }
  return made;
}

void check_results(const std::vector<const TernaryMatrix*>& matrices, const Products& made) {
  ReferenceEngine reference;
  for (size_t i = 0; i < made.outputs.size(); ++i) {
    const TernaryMatrix& w = *matrices[i % matrices.size()];
    std::vector<int32_t> expected(made.outputs[i].size());
    reference.matmul(w, made.inputs[i].data(), 1, expected.data());
    if (expected != made.outputs[i]) fail("{}: the result is not the reference's", w.name());
  }
}

/// One queue, measured from its first doorbell to its last completion.
Json measure(const QueueBenchOptions& options, Control control, const Model& model,
             uint64_t weight_bytes) {
  MachineOptions chosen = options.machine;
  chosen.control = control;
  Machine machine(chosen, weight_bytes);
  machine.set_stoppable(true);
  Accelerator& accelerator = machine.accelerator();
  const std::vector<const TernaryMatrix*> matrices = ternary_matrices(model);
  const Products made = make_products(matrices, options, accelerator);
  accelerator.driver().clear_counters();
  const uint64_t begin = machine.cycle();
  accelerator.gemm_batch(made.all);
  const uint64_t cycles = machine.cycle() - begin;
  const MachineReport report = make_machine_report(
      accelerator.machine(), accelerator.driver().read_counters(), made.multiplications);
  check_results(matrices, made);
  Json json = {
      {"control", name_in(control_names(), control)},
      {"commands", made.all.size()},
      {"cycles", cycles},
      {"cycles_a_command", static_cast<double>(cycles) / static_cast<double>(made.all.size())},
      {"idle_cycles", report.counters[TERCET_COUNTER_QUEUE_IDLE]},
      {"idle", static_cast<double>(report.counters[TERCET_COUNTER_QUEUE_IDLE]) /
                   static_cast<double>(cycles)}};
  json["report"] = to_json(report);
  return json;
}

std::string row_text(const Json& row) {
  return fmt::format(
      "{:<9} {} commands in {} cycles, {:.1f} per command; engine idle while commands waited for "
      "{} cycles ({})\n",
      row["control"].get<std::string>() + ":", row["commands"].get<uint64_t>(),
      grouped(row["cycles"].get<uint64_t>()), row["cycles_a_command"].get<double>(),
      grouped(row["idle_cycles"].get<uint64_t>()), percent(row["idle"].get<double>(), 2));
}

}  // namespace

void run_queue_bench(const QueueBenchOptions& options, const ModelFile& named, const Print& print,
                     nlohmann::ordered_json* json) {
  check(options.machine);
  const uint64_t bytes =
      packed_bytes(options.machine.machine(), options.machine.packing, named.model);
  *json = {{"complete", false},
           {"model", named.name},
           {"backend", options.machine.backend_name()},
           {"config", options.machine.config},
           {"packing", packing_name(options.machine.packing)},
           {"memory", options.machine.memory_name()},
           {"steps", options.steps},
           {"firmware", control_json(options.machine)}};
  for (const Control control : {Control::kFirmware, Control::kDirect}) {
    const Json row = measure(options, control, named.model, bytes);
    print(row_text(row));
    (*json)["queues"].push_back(row);
  }
}

}  // namespace tercet

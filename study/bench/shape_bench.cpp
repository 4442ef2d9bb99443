// SPDX-License-Identifier: Apache-2.0
// Lays out memory, starts commands stage by stage, checks columns of their outputs, and tells.
#include "study/bench/shape_bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/rng.h"
#include "base/stopwatch.h"
#include "base/table.h"
#include "host_driver/accelerator.h"
#include "host_driver/packing.h"
#include "host_driver/sliced_transport.h"
#include "model/synth.h"
#include "sim/dram/generated_weights.h"
#include "sim/dram/machine_memory.h"
#include "sim/functional/weight_row.h"
#include "sim/systemc/systemc_device.h"

namespace tercet {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kNotIncluded =
    "embedding, norms, attention, quantisation and head: matrix products only, random activations";

/// Bytes of whole pages.
uint64_t pages(int64_t bytes) {
  return static_cast<uint64_t>(divide_up(bytes, kPageBytes)) * kPageBytes;
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

std::vector<ShapeStage> stages_of(const ModelConfig& model) {
  return {{"q k v", model.hidden, {model.hidden, model.kv_size(), model.kv_size()}},
          {"o", model.hidden, {model.hidden}},
          {"gate up", model.hidden, {model.intermediate, model.intermediate}},
          {"down", model.intermediate, {model.hidden}}};
}

/// The run of one set of options.
class ShapeBench {
 public:
  explicit ShapeBench(const ShapeBenchOptions& options)
      : options_(options),
        machine_(find_machine(options.config)),
        model_(find_shape(options.shape).config),
        device_(machine_, plan()),
        sliced_(device_, Interrupt::poll),
        driver_(sliced_, machine_),
        rng_(options.seed) {}

  ShapeBenchResult run(const std::function<void(const ShapeBenchResult&)>& progress);

 private:
  SystemcOptions plan();
  void run_layers(const std::function<void(const ShapeBenchResult&)>& progress);
  void run_stage(ShapeStage& stage, const Gemm* commands);
  void check(const ShapeStage& stage, const Gemm& command);
  void check_column(const ShapeStage& stage, const Gemm& command, int64_t column);

  const ShapeBenchOptions& options_;
  const tercet_config& machine_;
  const ModelConfig& model_;
  int64_t m_ = 1;  // tokens of each product
  int64_t steps_ = 1;
  ShapeBenchResult result_;
  std::vector<Gemm> commands_;  // of all layers, in order
  SystemcDevice device_;
  SlicedTransport sliced_;
  Driver driver_;
  Rng rng_;
  std::vector<int8_t> activations_;  // [m][k] of the stage
  std::vector<uint8_t> stream_;
};

/// Buffers of the largest stage in stored memory, behind them the weights of all layers.
SystemcOptions ShapeBench::plan() {
  result_.model_layers = model_.layers;
  if (options_.layers > model_.layers) {
    fail_usage("--layers {}: '{}' has {}", options_.layers, options_.shape, model_.layers);
  }
  result_.layers = options_.layers != 0 ? options_.layers : model_.layers;
  result_.tokens = options_.tokens != 0 ? options_.tokens : options_.decode ? 1 : 64;
  (options_.decode ? steps_ : m_) = result_.tokens;
  result_.layers_to_do = result_.layers * steps_;
  result_.stages = stages_of(model_);
  uint64_t outputs = kPageBytes;
  for (const ShapeStage& stage : result_.stages) {
    if (stage.k > machine_.k_max) {
      fail("machine '{}': K = {} of '{}' is over its limit {}", machine_.name, stage.k, stage.name,
           machine_.k_max);
    }
    outputs = std::max(
        outputs, kPageBytes + pages(activation_beats(machine_, m_, stage.k) * machine_.axi_bytes));
  }
  uint64_t stored = outputs;
  for (const ShapeStage& stage : result_.stages) {
    uint64_t end = outputs;
    for (const int64_t n : stage.n) end += pages(output_bytes(machine_, m_, n));
    stored = std::max(stored, end);
  }
  SystemcOptions device;
  device.memory_bytes = stored;
  device.timing = options_.memory;
  uint64_t weights = stored;
  for (int64_t layer = 0; layer < result_.layers; ++layer) {
    for (const ShapeStage& stage : result_.stages) {
      uint64_t out = outputs;
      for (const int64_t n : stage.n) {
        const uint64_t seed = options_.seed << 32 | commands_.size();
        const GeneratedWeights matrix(machine_, options_.packing, {n, stage.k, seed});
        device.generated.push_back({weights, matrix});
        commands_.push_back({m_, n, stage.k, Accelerator::choose_m_tile(machine_, m_, stage.k),
                             options_.packing, kPageBytes, weights, out});
        out += pages(output_bytes(machine_, m_, n));
        weights += pages(static_cast<int64_t>(matrix.bytes()));
        result_.weights += static_cast<uint64_t>(n * stage.k);
        result_.weight_bytes += matrix.bytes();
      }
    }
  }
  if (weights >> machine_.addr_bits != 0) {
    fail("machine '{}': {} bytes are over its {} address bits", machine_.name, weights,
         machine_.addr_bits);
  }
  return device;
}

ShapeBenchResult ShapeBench::run(const std::function<void(const ShapeBenchResult&)>& progress) {
  driver_.clear_counters();
  const uint64_t begin = device_.cycle();
  try {
    run_layers(progress);
  } catch (const Interrupted& stop) {
    result_.stopped = stop;
  }
  for (const ShapeStage& stage : result_.stages) result_.cycles += stage.cycles;
  result_.seconds = static_cast<double>(result_.cycles) / (machine_.clock_mhz * 1e6);
  result_.machine = make_machine_report(machine_, driver_.read_counters(), result_.products);
  result_.dram = make_dram_report(machine_dram(options_.memory, machine_), machine_,
                                  device_.dram_stats(), device_.cycle() - begin);
  return std::move(result_);
}

void ShapeBench::run_layers(const std::function<void(const ShapeBenchResult&)>& progress) {
  for (int64_t step = 0; step < steps_; ++step) {
    const Gemm* commands = commands_.data();
    for (int64_t layer = 0; layer < result_.layers; ++layer) {
      for (ShapeStage& stage : result_.stages) {
        run_stage(stage, commands);
        commands += stage.n.size();
      }
      ++result_.layers_done;
      progress(result_);
    }
  }
}

void ShapeBench::run_stage(ShapeStage& stage, const Gemm* commands) {
  activations_.resize(static_cast<size_t>(m_ * stage.k));
  for (size_t i = 0; i < activations_.size(); i += sizeof(uint64_t)) {
    const uint64_t bytes = rng_.next();
    std::memcpy(&activations_[i], &bytes, std::min(sizeof(bytes), activations_.size() - i));
  }
  const Gemm& first = commands[0];
  stream_.resize(static_cast<size_t>(activation_beats(machine_, first.m, first.k)) *
                 machine_.axi_bytes);
  pack_activations(machine_, activations_.data(), first.m, first.k, 0, first.k, first.m_tile,
                   stream_.data());
  device_.mem_write(first.activations, stream_.data(), stream_.size());

  const double cpu = cpu_seconds();
  const uint64_t begin = device_.cycle();
  for (size_t i = 0; i < stage.n.size(); ++i) driver_.start(commands[i]);
  driver_.wait_all();
  stage.cycles += device_.cycle() - begin;
  result_.machine_cpu_s += cpu_seconds() - cpu;
  for (const int64_t n : stage.n) {
    result_.products += static_cast<uint64_t>(n * stage.k * m_);
  }
  for (size_t i = 0; i < stage.n.size(); ++i) check(stage, commands[i]);
}

/// The last column, which a tail would harm first, and random ones.
void ShapeBench::check(const ShapeStage& stage, const Gemm& command) {
  for (int64_t i = 0; i < options_.checked; ++i) {
    const int64_t random = static_cast<int64_t>(rng_.below(static_cast<uint64_t>(command.n)));
    check_column(stage, command, i == 0 ? command.n - 1 : random);
  }
}

void ShapeBench::check_column(const ShapeStage& stage, const Gemm& command, int64_t column) {
  std::vector<int8_t> trits(static_cast<size_t>(command.k));
  const auto stream = [&](uint64_t offset, uint8_t* data, uint64_t bytes) {
    device_.mem_read(command.weights + offset, data, bytes);
  };
  read_weight_row(machine_, command.packing, command.k, column, stream, trits.data());
  const int64_t cols = machine_.cols;
  for (int64_t token = 0; token < command.m; ++token) {
    const int8_t* q = &activations_[static_cast<size_t>(token * command.k)];
    int32_t expected = 0;
    for (int64_t i = 0; i < command.k; ++i) expected += q[i] * trits[static_cast<size_t>(i)];
    // Outputs lie as [m_tile][n_tile][token][cols].
    const int64_t m0 = token / command.m_tile * command.m_tile;
    const int64_t tokens = std::min(command.m_tile, command.m - m0);
    const int64_t place =
        (m0 * n_tiles(machine_, command.n) + column / cols * tokens + token - m0) * cols +
        column % cols;
    int32_t got = 0;
    device_.mem_read(command.outputs + static_cast<uint64_t>(place) * sizeof(got), &got,
                     sizeof(got));
    if (got != expected) {
      fail("'{}' ({}): token {}, column {} is {} instead of {}", stage.name, describe(command),
           token, column, got, expected);
    }
    ++result_.outputs_checked;
  }
}

}  // namespace

ShapeBenchResult run_shape_bench(const ShapeBenchOptions& options,
                                 const std::function<void(const ShapeBenchResult&)>& progress) {
  const Stopwatch wall;
  const double cpu = cpu_seconds();
  ShapeBenchResult result = ShapeBench(options).run(progress);
  result.cpu_s = cpu_seconds() - cpu;
  result.wall_s = wall.seconds();
  return result;
}

Json shape_bench_json(const ShapeBenchOptions& options, const ShapeBenchResult& r) {
  Json json = {{"complete", !r.stopped.has_value()},
               {"shape", options.shape},
               {"config", options.config},
               {"memory", options.memory},
               {"packing", packing_name(options.packing)},
               {"phase", options.decode ? "decode" : "prefill"},
               {"tokens", r.tokens},
               {"layers", r.layers},
               {"layers_done", r.layers_done},
               {"model_layers", r.model_layers},
               {"not_included", kNotIncluded},
               {"ternary_weights", r.weights},
               {"weight_bytes", r.weight_bytes},
               {"cycles", r.cycles},
               {"seconds", r.seconds}};
  if (!r.stopped.has_value()) {  // a part of the layers says nothing about all of them
    json["model_seconds"] = r.model_seconds();
    json["seconds_per_token"] = r.model_seconds() / static_cast<double>(r.tokens);
    json["tokens_per_s"] = static_cast<double>(r.tokens) / r.model_seconds();
  }
  json["outputs_checked"] = r.outputs_checked;
  json["cpu_s"] = r.cpu_s;
  json["machine_cpu_s"] = r.machine_cpu_s;
  json["wall_s"] = r.wall_s;
  for (const ShapeStage& stage : r.stages) {
    json["stages"].push_back(
        {{"name", stage.name}, {"n", stage.n}, {"k", stage.k}, {"cycles", stage.cycles}});
  }
  json["dram"] = to_json(r.dram);
  json["report"] = to_json(r.machine);
  return json;
}

std::string shape_bench_text(const ShapeBenchOptions& options, const ShapeBenchResult& r) {
  const auto tokens = static_cast<double>(r.tokens);
  Table table(fmt::format("{} {} on {}, {}, {}: matrix products of {} of {} layers, {} token{}",
                          options.shape, options.decode ? "decode" : "prefill", options.config,
                          options.memory, packing_name(options.packing), r.layers, r.model_layers,
                          r.tokens, r.tokens == 1 ? "" : "s"));
  table.add("ternary weights", scaled(static_cast<double>(r.weights), ""));
  table.add("packed weights", scaled(static_cast<double>(r.weight_bytes), "B"));
  table.add("cycles", grouped(r.cycles));
  table.add("time", scaled(r.seconds, "s"));
  table.add(r.layers != r.model_layers ? "time per token, all layers (scaled)" : "time per token",
            scaled(r.model_seconds() / tokens, "s"));
  table.add("speed",
            fmt::format("{:.1f} tokens/s on the simulated machine at {} MHz",
                        tokens / r.model_seconds(), find_machine(options.config).clock_mhz));
  add_rows(r.dram, &table);
  add_rows(r.machine, &table);
  table.add("outputs checked", grouped(r.outputs_checked));
  table.add("host", fmt::format("{:.2f} s of processor time, {:.2f} s without the checks", r.cpu_s,
                                r.machine_cpu_s));
  table.add("not included", kNotIncluded);
  return table.text();
}

}  // namespace tercet

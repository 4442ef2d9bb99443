// SPDX-License-Identifier: Apache-2.0
// Lays out memory, starts commands stage by stage, checks columns of their outputs.
#include "study/bench/shape_bench.h"

#include <algorithm>
#include <cstring>
#include <ctime>

#include "base/error.h"
#include "base/rng.h"
#include "host_driver/accelerator.h"
#include "host_driver/packing.h"
#include "host_driver/sliced_transport.h"
#include "sim/dram/generated_weights.h"
#include "sim/dram/machine_memory.h"
#include "sim/functional/weight_row.h"
#include "sim/systemc/systemc_device.h"

namespace tercet {
namespace {

constexpr uint64_t kPage = 4096;

uint64_t pages(int64_t bytes) { return (static_cast<uint64_t>(bytes) + kPage - 1) / kPage * kPage; }

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
  ShapeBench(const ShapeBenchOptions& options, const tercet_config& machine);

  ShapeBenchResult run(const std::function<void(int64_t)>& progress);

 private:
  SystemcOptions plan();
  void run_layers(const std::function<void(int64_t)>& progress);
  void run_stage(ShapeStage& stage, const Gemm* commands);
  void check(const ShapeStage& stage, const Gemm& command);
  void check_column(const ShapeStage& stage, const Gemm& command, int64_t column);

  const ShapeBenchOptions& options_;
  const tercet_config& machine_;
  ShapeBenchResult result_;
  std::vector<Gemm> commands_;  // of all layers, in order
  SystemcDevice device_;
  SlicedTransport sliced_;
  Driver driver_;
  Rng rng_;
  std::vector<int8_t> activations_;  // [m][k] of the stage
  std::vector<uint8_t> stream_;
};

ShapeBench::ShapeBench(const ShapeBenchOptions& options, const tercet_config& machine)
    : options_(options),
      machine_(machine),
      device_(machine, plan()),
      sliced_(device_, Interrupt::poll),
      driver_(sliced_, machine),
      rng_(options.seed) {}

/// Buffers of the largest stage in stored memory, behind them the weights of all layers.
SystemcOptions ShapeBench::plan() {
  result_.stages = stages_of(options_.model);
  uint64_t outputs = kPage;
  for (const ShapeStage& stage : result_.stages) {
    if (stage.k > machine_.k_max) {
      fail("machine '{}': K = {} of '{}' is over its limit {}", machine_.name, stage.k, stage.name,
           machine_.k_max);
    }
    outputs = std::max(outputs, kPage + pages(activation_beats(machine_, options_.m, stage.k) *
                                              machine_.axi_bytes));
  }
  uint64_t stored = outputs;
  for (const ShapeStage& stage : result_.stages) {
    uint64_t end = outputs;
    for (const int64_t n : stage.n) end += pages(output_bytes(machine_, options_.m, n));
    stored = std::max(stored, end);
  }
  SystemcOptions device;
  device.memory_bytes = stored;
  device.timing = options_.memory;
  uint64_t weights = stored;
  for (int64_t layer = 0; layer < options_.model.layers; ++layer) {
    for (const ShapeStage& stage : result_.stages) {
      uint64_t out = outputs;
      for (const int64_t n : stage.n) {
        const uint64_t seed = options_.seed << 32 | commands_.size();
        const GeneratedWeights matrix(machine_, options_.packing, {n, stage.k, seed});
        device.generated.push_back({weights, matrix});
        commands_.push_back({options_.m, n, stage.k,
                             Accelerator::choose_m_tile(machine_, options_.m, stage.k),
                             options_.packing, kPage, weights, out});
        out += pages(output_bytes(machine_, options_.m, n));
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

ShapeBenchResult ShapeBench::run(const std::function<void(int64_t)>& progress) {
  driver_.clear_counters();
  const uint64_t begin = device_.cycle();
  try {
    run_layers(progress);
  } catch (const Interrupted& stop) {
    result_.stopped = stop;
  }
  for (const ShapeStage& stage : result_.stages) result_.cycles += stage.cycles;
  result_.machine = make_machine_report(machine_, driver_.read_counters(), result_.products);
  result_.dram = make_dram_report(machine_dram(options_.memory, machine_), machine_,
                                  device_.dram_stats(), device_.cycle() - begin);
  return std::move(result_);
}

void ShapeBench::run_layers(const std::function<void(int64_t)>& progress) {
  for (int64_t step = 0; step < options_.steps; ++step) {
    const Gemm* commands = commands_.data();
    for (int64_t layer = 0; layer < options_.model.layers; ++layer) {
      for (ShapeStage& stage : result_.stages) {
        run_stage(stage, commands);
        commands += stage.n.size();
      }
      progress(++result_.layers_done);
    }
  }
}

void ShapeBench::run_stage(ShapeStage& stage, const Gemm* commands) {
  activations_.resize(static_cast<size_t>(options_.m * stage.k));
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
    result_.products += static_cast<uint64_t>(n * stage.k * options_.m);
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
                                 const std::function<void(int64_t)>& progress) {
  return ShapeBench(options, find_machine(options.config)).run(progress);
}

}  // namespace tercet

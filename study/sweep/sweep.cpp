// SPDX-License-Identifier: Apache-2.0
// All combinations, one machine after the other, with the rules of scripts/hwgen/config.py for
// machines that exist in a sweep only.
#include "study/sweep/sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "model/synth.h"
#include "sim/dram/dram_presets.h"

namespace tercet {
namespace {

constexpr uint32_t kPage = 4096;  // an AXI burst may not cross it
constexpr uint32_t kMaxBeat = 128;
constexpr uint32_t kColumnGroup = 8;  // columns that load at a time

std::string power_fault(const tercet_config& m) {
  const std::pair<const char*, uint32_t> numbers[] = {
      {"rows", m.rows},
      {"cols", m.cols},
      {"tokens", m.tokens},
      {"axi_bytes", m.axi_bytes},
      {"axi_ports", m.axi_ports},
      {"act_sram_bytes", m.act_sram_bytes},
      {"weight_fifo_beats", m.weight_fifo_beats},
      {"max_burst_beats", m.max_burst_beats},
      {"max_outstanding_reads", m.max_outstanding_reads}};
  for (const auto& [name, value] : numbers) {
    if (value == 0 || (value & (value - 1)) != 0) {
      return fmt::format("[power-of-two] {} = {} must be a power of two", name, value);
    }
  }
  return "";
}

uint64_t sram_bytes(const tercet_config& m) {
  const uint64_t fifo = uint64_t{m.weight_fifo_beats} * m.axi_bytes;
  const uint64_t banks = 2;  // of accumulators, tokens x cols each
  const uint64_t accumulators = banks * m.tokens * m.cols * m.acc_bits / 8;
  return m.act_sram_bytes + fifo + accumulators;
}

void add_machine(const SweepGrid& grid, tercet_config machine, SweepResult* result) {
  if (machine.axi_bytes == 0) machine.axi_bytes = machine.rows;
  derive(&machine);
  const std::string fault = machine_fault(machine);
  if (!fault.empty()) {
    result->skipped[fault] += grid.dram.size() * grid.packing.size();
    return;
  }
  for (const std::string& dram : grid.dram) {
    machine.dram = dram.c_str();
    for (const std::string& packing : grid.packing) {
      result->machines.push_back({machine, parse_packing(packing),
                                  uint64_t{machine.rows} * machine.cols, sram_bytes(machine)});
    }
  }
}

/// The machines that a grid spells out, from `axis` on.
void add_machines(const SweepGrid& grid, const NumberAxis* axis, tercet_config machine,
                  SweepResult* result) {
  if (axis->field == nullptr) return add_machine(grid, machine, result);
  for (const int64_t value : grid.*axis->values) {
    machine.*axis->field = static_cast<uint32_t>(value);
    add_machines(grid, axis + 1, machine, result);
  }
}

/// Cycles of a step on FP16 elements. Packings, and tile sizes that leave the commands as they are,
/// make no difference to them, so most machines of a grid are known already.
class Fp16Cycles {
 public:
  double operator()(const AnalyticModel& model, const ModelConfig& config, int64_t tokens) {
    const tercet_config& m = model.machine();
    const std::vector<Gemm> layer = layer_commands(model, config, Packing::kTwoBit, tokens);
    std::vector<int64_t> key = {m.rows,      m.cols,      m.axi_bytes,
                                m.axi_ports, m.clock_mhz, config.layers};
    for (const Gemm& g : layer) key.insert(key.end(), {g.m, g.n, g.k, g.m_tile});
    const auto [found, fresh] = known_.emplace(std::pair(std::string(m.dram), key), 0.0);
    if (fresh) found->second = model.sequence(layer, config.layers);
    return found->second;
  }

 private:
  std::map<std::pair<std::string, std::vector<int64_t>>, double> known_;
};

}  // namespace

void derive(tercet_config* machine) {
  machine->act_sram_beats = machine->act_sram_bytes / std::max(machine->axi_bytes, 1U);
  const uint64_t longest = uint64_t{machine->act_sram_beats} * machine->rows;
  machine->k_max = static_cast<uint32_t>(std::min<uint64_t>(TERCET_MAX_CMD_K, longest));
  machine->geometry = 0;
  machine->config_hash = 0;
}

std::string machine_fault(const tercet_config& m) {
  const std::string power = power_fault(m);
  if (!power.empty()) return power;
  if (m.rows != m.axi_bytes) {
    return fmt::format("[rows-is-beat] rows = {} must equal axi_bytes = {}", m.rows, m.axi_bytes);
  }
  if (m.cols % kColumnGroup != 0) {
    return fmt::format("[cols-of-eight] cols = {} must be a multiple of {}", m.cols, kColumnGroup);
  }
  if (m.axi_bytes > kMaxBeat) {
    return fmt::format("[beat-limit] axi_bytes = {} is over AXI4's {}", m.axi_bytes, kMaxBeat);
  }
  if (m.axi_bytes < kColumnGroup) {
    return fmt::format("[beat-planes] axi_bytes = {} must hold {} bit planes of whole bytes",
                       m.axi_bytes, kColumnGroup);
  }
  if (m.act_sram_bytes < m.tokens * m.axi_bytes) {
    return fmt::format("[sram-holds-tile] act_sram_bytes = {} must hold a beat for each of {}",
                       m.act_sram_bytes, m.tokens);
  }
  if (m.weight_fifo_beats < 2 * m.max_burst_beats) {
    return fmt::format("[fifo-two-bursts] weight_fifo_beats = {} must hold two bursts of {}",
                       m.weight_fifo_beats, m.max_burst_beats);
  }
  if (m.max_burst_beats * m.axi_bytes > kPage) {
    return fmt::format("[burst-page] max_burst_beats * axi_bytes = {} is over {}",
                       m.max_burst_beats * m.axi_bytes, kPage);
  }
  if (m.tokens > TERCET_MAX_CMD_MTILE) {
    return fmt::format("[tile-register] tokens = {} does not fit CMD_MTILE", m.tokens);
  }
  if (m.clock_mhz == 0) return "[clock] clock_mhz = 0 must be over 0";
  return "";
}

SweepResult sweep(const SweepGrid& grid) {
  check(grid);
  SweepResult result;
  tercet_config machine = find_machine(grid.base);
  machine.name = "swept";
  add_machines(grid, kNumberAxes, machine, &result);
  std::vector<ModelConfig> models;
  for (const std::string& name : grid.models) models.push_back(find_shape(name).config);
  std::map<std::string, DramConfig> drams;
  for (const std::string& name : grid.dram) drams[name] = dram_config(name);
  result.points.reserve(result.machines.size() * models.size() * grid.tokens_per_step.size());
  Fp16Cycles fp16_cycles;
  for (size_t i = 0; i < result.machines.size(); ++i) {
    const SweepMachine& m = result.machines[i];
    const AnalyticModel model(m.machine, drams[m.machine.dram]);
    const AnalyticModel fp16(m.machine, drams[m.machine.dram], kFp16);
    for (size_t j = 0; j < models.size(); ++j) {
      for (const int64_t tokens : grid.tokens_per_step) {
        result.points.push_back({i, j, tokens, estimate_step(model, models[j], m.packing, tokens),
                                 fp16_cycles(fp16, models[j], tokens)});
      }
    }
  }
  return result;
}

std::vector<const SweepPoint*> pareto_front(const SweepResult& result, size_t model,
                                            int64_t tokens) {
  std::vector<const SweepPoint*> points;
  for (const SweepPoint& point : result.points) {
    if (point.model == model && point.tokens == tokens) points.push_back(&point);
  }
  const auto costs = [&](const SweepPoint& p) {
    const SweepMachine& m = result.machines[p.machine];
    return std::tuple(p.step.seconds, m.lanes, m.sram_bytes);
  };
  std::stable_sort(points.begin(), points.end(),
                   [&](const SweepPoint* a, const SweepPoint* b) { return costs(*a) < costs(*b); });
  std::vector<const SweepPoint*> front;
  for (const SweepPoint* point : points) {
    const auto [seconds, lanes, sram] = costs(*point);
    const std::string dram = result.machines[point->machine].machine.dram;
    const bool beaten = std::any_of(front.begin(), front.end(), [&](const SweepPoint* other) {
      const SweepMachine& m = result.machines[other->machine];
      return m.machine.dram == dram && m.lanes <= lanes && m.sram_bytes <= sram;
    });
    if (!beaten) front.push_back(point);
  }
  return front;
}

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Analytic models, ledgers and runs on SystemC of all points.
#include "study/compare/compare.h"

#include <algorithm>

#include "base/combinations.h"
#include "base/interrupt.h"
#include "host_driver/sliced_transport.h"
#include "model/synth.h"
#include "sim/dram/machine_memory.h"
#include "sim/systemc/systemc_device.h"
#include "sim/systemc/timing_table.h"
#include "study/analytic/energy_estimate.h"
#include "study/analytic/workload.h"
#include "study/energy/ledger_check.h"

namespace tercet {
namespace {

struct Work {
  const EnergyProfile& profile;
  const ModelConfig& config;
  Packing packing;
  int64_t batch;
  DramConfig dram;
  DataStatistics data;
  const std::string* systemc = nullptr;  ///< memory of a run on SystemC; null: none
};

/// Cycles of `commands`, started one after the other on a machine with these elements, from the
/// first start to the last completion. All operands are 0, which no cycle depends on.
uint64_t systemc_cycles(const tercet_config& machine, const std::string& memory,
                        const ElementFormat& format, const std::vector<Gemm>& commands) {
  const Gemm& last = commands.back();
  const int64_t output = output_bytes(machine, last.m, last.n);
  SystemcOptions options;
  options.timing = memory;
  options.format = format;
  options.memory_bytes =
      last.outputs + static_cast<uint64_t>(divide_up(output, kPageBytes)) * kPageBytes;
  if (options.memory_bytes >> machine.addr_bits != 0) {
    fail("machine '{}': {} bytes are over its {} address bits", machine.name, options.memory_bytes,
         machine.addr_bits);
  }
  SystemcDevice device(machine, options);
  SlicedTransport sliced(device, Interrupt::poll);
  Driver driver(sliced, command_machine(machine, format));
  const uint64_t begin = device.cycle();
  for (const Gemm& gemm : commands) driver.start(gemm);
  driver.wait_all();
  return device.cycle() - begin;
}

LayerRun run_layer(const Work& work, const tercet_config& machine, const ElementFormat& format) {
  tercet_config whole = machine;
  const int64_t group = int64_t{TimingTable{}.group_columns} * machine.axi_ports;
  const int64_t beat = machine.axi_bytes / static_cast<int64_t>(sizeof(int32_t));
  const int64_t unit = std::max(group, beat);  // both are powers of two
  whole.cols = static_cast<uint32_t>(divide_up(machine.cols, unit) * unit);
  const AnalyticModel model(whole, work.dram, format);
  const std::vector<Gemm> layer = layer_commands(model, work.config, work.packing, work.batch);
  return {whole.rows * whole.cols, model.sequence(layer, 1),
          static_cast<double>(systemc_cycles(whole, *work.systemc, format, layer))};
}

CompareSide run_side(const Work& work, const tercet_config& machine, const ElementFormat& format) {
  const AnalyticModel model(machine, work.dram, format);
  const std::vector<Gemm> layer = layer_commands(model, work.config, work.packing, work.batch);
  const double cycles = model.sequence(layer, work.config.layers);
  const EnergyMachine energy = energy_machine(model, work.dram);
  CompareSide side;
  side.lanes = machine.rows * machine.cols;
  side.devices = devices_for(model_memory(work.config, format, work.packing), work.dram);
  if (work.systemc != nullptr) side.layer = run_layer(work, machine, format);
  side.ledger = make_ledger(
      work.profile, energy,
      estimate_activity(model, work.dram, layer, work.config.layers, cycles, work.data));
  check_ledger(side.ledger);
  side.area = machine_area(work.profile, energy);
  check_area(side.area);
  const EngineCounts& counts = side.ledger.activity.engine;
  side.bytes =
      static_cast<double>(counts.weight_beats + counts.activation_beats + counts.output_beats) *
      machine.axi_bytes;
  return side;
}

/// Lanes and accumulator adders; 0 if the profile does not know the area of both.
double array_um2(const EnergyProfile& profile, EnergyMachine machine, uint32_t cols) {
  machine.machine.cols = cols;
  const MachineArea area = machine_area(profile, machine);
  const bool known = area.array_um2() > 0.0 && area.adders_um2() > 0.0;
  return known ? area.array_um2() + area.adders_um2() : 0.0;
}

/// `machine` with as many columns as fit the area of its ternary array; nothing if not even one
/// does, or if the profile does not know.
std::optional<tercet_config> same_area(const EnergyProfile& profile, const tercet_config& machine,
                                       const DramConfig& dram, const ElementFormat& format) {
  const EnergyMachine ternary = energy_machine(AnalyticModel(machine, dram), dram);
  const EnergyMachine other = energy_machine(AnalyticModel(machine, dram, format), dram);
  const double column = array_um2(profile, other, 1);
  const double ours = array_um2(profile, ternary, machine.cols);
  if (column <= 0.0 || ours < column) return std::nullopt;
  tercet_config small = machine;
  small.cols = std::min(machine.cols, static_cast<uint32_t>(ours / column));
  if (array_um2(profile, other, small.cols) > ours) {
    fail("compare: {} {} columns are larger than the ternary array", small.cols, format.name);
  }
  return small;
}

}  // namespace

void check(const CompareOptions& options) {
  check_combinations({{"configs", options.configs.size()},
                      {"shapes", options.shapes.size()},
                      {"batches", options.batches.size()},
                      {"packings", options.packings.size()}},
                     kMaxComparePoints);
  check_distinct("configs", options.configs);
  check_distinct("shapes", options.shapes);
  check_distinct("batches", options.batches);
  check_distinct("packings", options.packings);
}

std::vector<ComparePoint> compare(const CompareOptions& options) {
  check(options);
  const ElementFormat& format = find_baseline(options.baseline);
  const EnergyProfile profile = EnergyProfile::open(options.profile);
  DataStatistics data;
  data.zeros = options.zeros;
  std::vector<ComparePoint> points;
  for (const std::string& config : options.configs) {
    const tercet_config& machine = find_machine(config);
    const DramConfig dram = machine_dram(options.memory, machine);
    const std::optional<tercet_config> small = same_area(profile, machine, dram, format);
    for (const int64_t batch : options.batches) {
      for (const std::string& packing : options.packings) {
        for (const std::string& shape : options.shapes) {
          const Work work{profile,
                          find_shape(shape).config,
                          parse_packing(packing),
                          batch,
                          dram,
                          data,
                          options.systemc ? &options.memory : nullptr};
          ComparePoint point{config, shape, packing, batch, {}, {}, std::nullopt};
          point.ours = run_side(work, machine, kTernary);
          point.same_lanes = run_side(work, machine, format);
          if (small.has_value()) point.same_area = run_side(work, *small, format);
          points.push_back(std::move(point));
        }
      }
    }
  }
  return points;
}

}  // namespace tercet

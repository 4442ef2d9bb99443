// SPDX-License-Identifier: Apache-2.0
// Analytic models and ledgers of all points.
#include "compare.h"

#include "sim/analytic/energy_estimate.h"
#include "sim/analytic/workload.h"
#include "sim/dram/machine_memory.h"
#include "sim/energy/ledger_check.h"
#include "tercet/model/error.h"
#include "tercet/model/synth.h"

namespace tercet {
namespace {

struct Work {
  const EnergyProfile& profile;
  const ModelConfig& config;
  Packing packing;
  int64_t batch;
  DramConfig dram;
  DataStatistics data;
};

CompareSide run_side(const Work& work, const tercet_config& machine, const ElementFormat& format) {
  const AnalyticModel model(machine, work.dram, format);
  const std::vector<Gemm> layer = layer_commands(model, work.config, work.packing, work.batch);
  const double cycles = model.sequence(layer, work.config.layers);
  const EnergyMachine energy = energy_machine(model, work.dram);
  CompareSide side;
  side.lanes = machine.rows * machine.cols;
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

/// `machine` with as many columns as fit the area of its ternary lanes, at least one group;
/// nothing if the profile does not know a lane's area.
std::optional<tercet_config> same_area(const EnergyProfile& profile, const tercet_config& machine,
                                       const ElementFormat& format) {
  constexpr uint32_t kGroup = 8;  // columns that load at a time, a port
  const EnergyRow* ours = profile.find("area_ternary_lane");
  const EnergyRow* other = profile.find(std::string("area_") + format.name + "_lane");
  if (ours == nullptr || other == nullptr) return std::nullopt;
  tercet_config small = machine;
  const uint32_t group = kGroup * machine.axi_ports;
  const auto fit = static_cast<uint32_t>(machine.cols * ours->value / other->value);
  small.cols = std::max(group, fit / group * group);
  return small;
}

}  // namespace

std::vector<ComparePoint> compare(const CompareOptions& options) {
  const ElementFormat& format = find_baseline(options.baseline);
  const EnergyProfile profile = EnergyProfile::open(options.profile);
  DataStatistics data;
  data.zeros = options.zeros;
  std::vector<ComparePoint> points;
  for (const std::string& config : options.configs) {
    const tercet_config& machine = find_machine(config);
    const DramConfig dram = machine_dram(options.memory, machine);
    const std::optional<tercet_config> small = same_area(profile, machine, format);
    for (const int64_t batch : options.batches) {
      for (const std::string& packing : options.packings) {
        for (const std::string& shape : options.shapes) {
          const Work work{profile, find_shape(shape).config, parse_packing(packing), batch, dram,
                          data};
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

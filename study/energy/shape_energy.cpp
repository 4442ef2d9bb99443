// SPDX-License-Identifier: Apache-2.0
// Commands of all layers, through the analytic models of both machines.
#include "study/energy/shape_energy.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "model/synth.h"
#include "sim/dram/machine_memory.h"
#include "study/analytic/workload.h"

namespace tercet {

ShapeEnergy shape_energy(const EnergyProfile& profile, const ShapeEnergyOptions& options) {
  const tercet_config& machine = find_machine(options.config);
  const ModelConfig& config = find_shape(options.shape).config;
  ShapeEnergy energy;
  energy.options = options;
  energy.dram = machine_dram(options.memory, machine);
  DataStatistics data;
  data.zeros = options.zeros;
  const auto activity = [&](const AnalyticModel& model) {
    const std::vector<Gemm> layer = layer_commands(model, config, options.packing, options.batch);
    return estimate_activity(model, energy.dram, layer, config.layers,
                             model.sequence(layer, config.layers), data);
  };
  const AnalyticModel ternary(machine, energy.dram);
  const AnalyticModel fp16(machine, energy.dram, kFp16);
  energy.report = make_energy_report(profile, energy_machine(ternary, energy.dram),
                                     activity(ternary), static_cast<double>(options.batch), false);
  add_baseline(profile, energy_machine(fp16, energy.dram), activity(fp16), "FP16 machine",
               "estimated by the analytic model, with the same zeros, padding and changing inputs "
               "as the ternary machine, which is estimated too.",
               &energy.report);
  const ModelMemory memory = model_memory(config, kTernary, options.packing);
  const ModelMemory fp16_memory = model_memory(config, kFp16, options.packing);
  energy.devices = devices_for(memory, energy.dram);
  energy.fp16_devices = devices_for(fp16_memory, energy.dram);
  for (const std::string& line :
       {capacity_text(options.shape + " ternary", memory, energy.dram),
        capacity_text(options.shape + " FP16", fp16_memory, energy.dram)}) {
    if (!line.empty()) energy.too_large += line + "\n";
  }
  return energy;
}

std::string shape_energy_text(const ShapeEnergy& energy, bool details) {
  const ShapeEnergyOptions& o = energy.options;
  Table table(fmt::format("{} on {} (analytic model): {} weights, {} of them zero, memory {}",
                          o.shape, o.config, packing_name(o.packing), percent(o.zeros),
                          energy.dram.name));
  add_rows(energy.report, &table);
  std::string text = table.text() + energy_notes(energy.report);
  if (!energy.too_large.empty()) text += energy.too_large + kOneDevice;
  if (!details) return text;
  return text + "\n" + energy_text(energy.report) + "\n" + ledger_text(energy.report.ours);
}

nlohmann::ordered_json to_json(const ShapeEnergy& energy) {
  nlohmann::ordered_json json = to_json(energy.report);
  json["model_shape"] = energy.options.shape;
  json["devices"] = energy.devices;
  json["baseline"]["devices"] = energy.fp16_devices;
  json["backend"] = "analytic";
  json["packing"] = packing_name(energy.options.packing);
  json["batch"] = energy.options.batch;
  json["zeros"] = energy.options.zeros;
  return json;
}

}  // namespace tercet

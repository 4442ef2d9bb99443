// SPDX-License-Identifier: Apache-2.0
// Points of a sweep as JSON, CSV and text.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/table.h"
#include "study/sweep/sweep.h"

namespace tercet {
namespace {

using Json = nlohmann::ordered_json;

Json machine_row(const SweepMachine& m) {
  Json json;
  for (const NumberAxis& axis : kNumberAxes) {
    if (axis.field != nullptr) json[axis.name] = m.machine.*axis.field;
  }
  json["dram"] = m.machine.dram;
  json["packing"] = packing_name(m.packing);
  json["lanes"] = m.lanes;
  json["sram_bytes"] = m.sram_bytes;
  return json;
}

Json point_row(const SweepGrid& grid, const SweepPoint& p) {
  const StepEstimate& s = p.step;
  return {{"machine", p.machine},
          {"model", grid.models[p.model]},
          {"tokens_per_step", p.tokens},
          {"cycles", s.cycles},
          {"seconds_per_token", p.seconds_per_token()},
          {"tokens_per_s", p.tokens_per_s()},
          {"fp16_cycles", p.fp16_cycles},
          {"speed_up", p.speed_up()},
          {"weight_bytes", s.weight_bytes},
          {"activation_bytes", s.activation_bytes},
          {"output_bytes", s.output_bytes},
          {"bytes_per_s", s.bytes_per_s},
          {"array_utilisation", s.array_utilisation},
          {"bound_by", s.bound_by}};
}

std::string csv_cell(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

const Table::Row kHead = {"array",    "tokens",   "ports",   "SRAM KiB",
                          "MHz",      "DRAM",     "packing", "ms per token",
                          "tokens/s", "speed-up", "GB/s",    "array utilisation",
                          "bound by"};

Table::Row row_of(const SweepResult& result, const SweepPoint& p) {
  const SweepMachine& m = result.machines[p.machine];
  const tercet_config& c = m.machine;
  return {fmt::format("{} × {}", c.rows, c.cols),
          std::to_string(c.tokens),
          std::to_string(c.axi_ports),
          std::to_string(c.act_sram_bytes / 1024),
          std::to_string(c.clock_mhz),
          c.dram,
          packing_name(m.packing),
          fmt::format("{:.4g}", p.seconds_per_token() * 1e3),
          fixed(p.tokens_per_s(), 1),
          ratio_text(p.speed_up()),
          fixed(p.step.bytes_per_s * 1e-9, 1),
          percent(p.step.array_utilisation, 2),
          p.step.bound_by};
}

}  // namespace

Json sweep_json(const SweepGrid& grid, const SweepResult& result) {
  Json json = {{"grid", to_json(grid)}, {"configurations", result.machines.size()}};
  json["skipped"] = Json::object();
  for (const auto& [fault, count] : result.skipped) json["skipped"][fault] = count;
  json["machines"] = Json::array();
  for (const SweepMachine& machine : result.machines)
    json["machines"].push_back(machine_row(machine));
  json["points"] = Json::array();
  for (const SweepPoint& point : result.points) json["points"].push_back(point_row(grid, point));
  json["pareto"] = Json::array();
  for (size_t model = 0; model < grid.models.size(); ++model) {
    for (const int64_t tokens : grid.tokens_per_step) {
      Json front = {{"model", grid.models[model]}, {"tokens_per_step", tokens}};
      front["machines"] = Json::array();
      for (const SweepPoint* point : pareto_front(result, model, tokens)) {
        front["machines"].push_back(point->machine);
      }
      json["pareto"].push_back(std::move(front));
    }
  }
  return json;
}

std::string sweep_csv(const SweepGrid& grid, const SweepResult& result) {
  std::string text;
  for (const SweepPoint& point : result.points) {
    Json row = machine_row(result.machines[point.machine]);
    row.update(point_row(grid, point));
    std::string head;
    std::string line;
    for (const auto& [key, value] : row.items()) {
      head += (head.empty() ? "" : ",") + key;
      line += (line.empty() ? "" : ",") + csv_cell(value);
    }
    if (text.empty()) text = head + "\n";
    text += line + "\n";
  }
  return text;
}

std::string sweep_tables(const SweepGrid& grid, const SweepResult& result, size_t top) {
  std::string text = fmt::format("{} configurations, {} models, {} points\n",
                                 result.machines.size(), grid.models.size(), result.points.size());
  for (const auto& [fault, count] : result.skipped) {
    text += fmt::format("{} configurations are impossible: {}\n", count, fault);
  }
  text += wrapped(
      "Times are those of the layers' matrix products by the analytic model. Array utilisation is "
      "the share of the products that all lanes could do; the speed-up is over an FP16 machine "
      "with the same array shape, clock and memory.");
  for (const int64_t tokens : grid.tokens_per_step) {
    Table::Row head = kHead;
    head.insert(head.begin(), "model");
    Table fastest(fmt::format("Fastest machine for each model, {} token{} a step", tokens,
                              tokens == 1 ? "" : "s"),
                  head);
    std::vector<const SweepPoint*> front;
    for (size_t model = 0; model < grid.models.size(); ++model) {
      front = pareto_front(result, model, tokens);
      if (front.empty()) continue;
      Table::Row row = row_of(result, *front[0]);
      row.insert(row.begin(), grid.models[model]);
      fastest.add(row);
    }
    const size_t shown = std::min(top, front.size());
    Table best(fmt::format("Pareto front of {}: {} of {} machines that no other with the same DRAM "
                           "beats in time, lanes and SRAM",
                           grid.models.back(), shown, front.size()),
               kHead);
    for (size_t i = 0; i < shown; ++i) best.add(row_of(result, *front[i]));
    text += "\n" + fastest.text() + "\n" + best.text();
  }
  return text;
}

}  // namespace tercet

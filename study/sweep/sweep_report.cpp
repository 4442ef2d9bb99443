// SPDX-License-Identifier: Apache-2.0
// Points of a sweep as JSON, CSV and text.
#include "study/sweep/sweep_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace tercet {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kPercent = 100.0;

Json machine_row(const SweepMachine& m) {
  const tercet_config& c = m.machine;
  return {{"rows", c.rows},
          {"cols", c.cols},
          {"tokens", c.tokens},
          {"axi_bytes", c.axi_bytes},
          {"axi_ports", c.axi_ports},
          {"act_sram_bytes", c.act_sram_bytes},
          {"clock_mhz", c.clock_mhz},
          {"dram", c.dram},
          {"packing", packing_name(m.packing)},
          {"lanes", m.lanes},
          {"sram_bytes", m.sram_bytes}};
}

Json point_row(const SweepGrid& grid, const SweepPoint& p) {
  const StepEstimate& s = p.step;
  return {{"machine", p.machine},
          {"model", grid.models[p.model]},
          {"tokens_per_step", p.tokens},
          {"cycles", s.cycles},
          {"seconds_per_token", p.seconds_per_token()},
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

std::string table_line(const SweepResult& result, const SweepPoint& p) {
  const SweepMachine& m = result.machines[p.machine];
  const tercet_config& c = m.machine;
  return fmt::format(
      "{:>3} x {:<4} {:>6} {:>5} {:>8} {:>6} {:<13} {:<8} {:>11.4g} {:>8.1f} {:>7.2f}  {}\n",
      c.rows, c.cols, c.tokens, c.axi_ports, c.act_sram_bytes / 1024, c.clock_mhz, c.dram,
      packing_name(m.packing), p.seconds_per_token() * 1e3, p.step.bytes_per_s * 1e-9,
      kPercent * p.step.array_utilisation, p.step.bound_by);
}

std::string table_head() {
  return fmt::format("{:<10} {:>6} {:>5} {:>8} {:>6} {:<13} {:<8} {:>11} {:>8} {:>7}  {}\n",
                     "array", "tokens", "ports", "SRAM KiB", "MHz", "DRAM", "packing", "ms a token",
                     "GB/s", "array %", "bound by");
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
    text += fmt::format("skipped {}: {}\n", count, fault);
  }
  for (const int64_t tokens : grid.tokens_per_step) {
    text += fmt::format("\nFastest machine of each model, {} token(s) a step\n{:<6} {}", tokens,
                        "model", table_head());
    for (size_t model = 0; model < grid.models.size(); ++model) {
      const std::vector<const SweepPoint*> front = pareto_front(result, model, tokens);
      if (front.empty()) continue;
      text += fmt::format("{:<6} {}", grid.models[model], table_line(result, *front[0]));
    }
    const size_t model = grid.models.size() - 1;
    const std::vector<const SweepPoint*> front = pareto_front(result, model, tokens);
    text +=
        fmt::format("\nPareto front of {}: time against lanes and SRAM for each DRAM, {} of {}\n{}",
                    grid.models[model], std::min(top, front.size()), front.size(), table_head());
    for (size_t i = 0; i < std::min(top, front.size()); ++i) text += table_line(result, *front[i]);
  }
  return text;
}

}  // namespace tercet

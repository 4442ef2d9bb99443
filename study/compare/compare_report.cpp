// SPDX-License-Identifier: Apache-2.0
// Points side by side.
#include "study/compare/compare_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/columns.h"
#include "base/table.h"
#include "study/analytic/model_memory.h"
#include "study/report/energy_report.h"

namespace tercet {
namespace {

using Json = nlohmann::ordered_json;
using Rows = std::vector<std::vector<std::string>>;

constexpr double kMm2PerUm2 = 1e-6;

std::string times(double baseline, double ours) {
  return ours > 0.0 ? fmt::format("{:.2f} x", baseline / ours) : "";
}

bool same_group(const ComparePoint& a, const ComparePoint& b) {
  return a.config == b.config && a.batch == b.batch && a.packing == b.packing;
}

std::vector<std::string> row_of(const ComparePoint& p, const CompareSide& baseline) {
  const auto ratio = [&](EnergyLevel level) {
    return ratio_text(energy_ratio(baseline.ledger, p.ours.ledger, level));
  };
  return {p.shape,
          scaled(p.ours.ledger.activity.cycles, ""),
          scaled(baseline.ledger.activity.cycles, ""),
          times(baseline.ledger.activity.cycles, p.ours.ledger.activity.cycles),
          times(baseline.bytes, p.ours.bytes),
          joules(p.ours.joule(EnergyLevel::kMemory)),
          joules(baseline.joule(EnergyLevel::kMemory)),
          ratio(EnergyLevel::kArithmetic),
          ratio(EnergyLevel::kOnChip),
          ratio(EnergyLevel::kMemory),
          scaled(p.ours.ledger.watt(EnergyLevel::kMemory), "W"),
          scaled(baseline.ledger.watt(EnergyLevel::kMemory), "W")};
}

const Rows kHead = {{"size", "cycles", "baseline", "ratio", "bytes", "energy, all levels",
                     "baseline", "arithmetic only", "on chip", "with memory", "power", "baseline"}};

std::string area_text(const ComparePoint& p) {
  const auto mm2 = [](double um2) {
    return um2 > 0.0 ? fmt::format("{:.4f}", um2 * kMm2PerUm2) : std::string("no row");
  };
  const auto row = [&](const char* name, const CompareSide& side) {
    return std::vector<std::string>{name, std::to_string(side.lanes), mm2(side.area.array_um2()),
                                    mm2(side.area.total_um2())};
  };
  Rows rows = {{p.config + ", area", "lanes", "lanes mm2", "all known mm2"}};
  rows.push_back(row("ternary", p.ours));
  rows.push_back(row("as many lanes", p.same_lanes));
  if (p.same_area.has_value()) rows.push_back(row("as much array", *p.same_area));
  return columns_text(rows) +
         (p.same_area.has_value()
              ? ""
              : "Nothing is compared at equal area: the profile has no area of lanes, or no column "
                "fits.\n") +
         "\n";
}

/// Models of the points that are too large for the memory.
std::string capacity_line(const std::vector<const ComparePoint*>& points) {
  std::string large;
  for (const ComparePoint* p : points) {
    for (const CompareSide* side : {&p->ours, &p->same_lanes}) {
      if (side->devices == 1) continue;
      large += fmt::format("{}{} {} {}", large.empty() ? "" : ", ", p->shape,
                           elements_name(side->ledger.machine.elements), side->devices);
    }
  }
  if (large.empty()) return "";
  return fmt::format("does not fit one {}, devices' capacity needed: {};\n{}",
                     points.front()->ours.ledger.machine.dram.name, large, kOneDevice);
}

/// One layer, formulas beside SystemC.
std::string systemc_text(const std::vector<ComparePoint>& points) {
  Rows rows = {{"machine", "size", "batch", "packing", "elements", "lanes", "SystemC", "formulas",
                "error", "over ternary"}};
  for (const ComparePoint& p : points) {
    const auto add = [&](const char* elements, const CompareSide& side) {
      if (!side.layer.has_value()) return;
      const LayerRun& layer = *side.layer;
      rows.push_back({p.config, p.shape, std::to_string(p.batch), p.packing, elements,
                      std::to_string(layer.lanes), scaled(layer.systemc, ""),
                      scaled(layer.formulas, ""),
                      fmt::format("{:+.2f} %", 100.0 * (layer.formulas / layer.systemc - 1.0)),
                      times(layer.systemc, p.ours.layer->systemc)});
    };
    add("ternary", p.ours);
    add("baseline", p.same_lanes);
    if (p.same_area.has_value()) add("baseline", *p.same_area);
  }
  return rows.size() > 1 ? titled_columns("cycles of one layer on SystemC", rows) + "\n" : "";
}

Json side_json(const CompareSide& side) {
  Json json = {{"lanes", side.lanes},
               {"devices", side.devices},
               {"cycles", side.ledger.activity.cycles},
               {"seconds", side.ledger.seconds()},
               {"bytes", side.bytes},
               {"area_mm2", side.area.total_um2() * kMm2PerUm2},
               {"array_mm2", side.area.array_um2() * kMm2PerUm2},
               {"watt", side.ledger.watt(EnergyLevel::kMemory)}};
  if (side.layer.has_value()) {
    json["layer"] = {{"lanes", side.layer->lanes},
                     {"cycles_formulas", side.layer->formulas},
                     {"cycles_systemc", side.layer->systemc}};
  }
  for (const EnergyLevel level : kEnergyLevels) {
    if (side.ledger.has(level)) json["joule"][level_name(level)] = side.joule(level);
  }
  for (const std::string& name : side.ledger.components()) {
    json["components"][name] = side.ledger.component(name);
  }
  return json;
}

Json ratios_json(const CompareSide& baseline, const CompareSide& ours) {
  Json json = {{"cycles", baseline.ledger.activity.cycles / ours.ledger.activity.cycles},
               {"bytes", baseline.bytes / ours.bytes}};
  for (const EnergyLevel level : kEnergyLevels) {
    const std::optional<double> ratio = energy_ratio(baseline.ledger, ours.ledger, level);
    if (ratio) json[std::string("energy, ") + level_name(level)] = *ratio;
  }
  return json;
}

}  // namespace

std::string compare_text(const CompareOptions& options, const std::vector<ComparePoint>& points) {
  std::string text = fmt::format(
      "{} machine over ternary machine, profile {}, memory {}, {:.1f} % zero weights: matrix "
      "products of all\nlayers, by formulas. Ratios are baseline / ternary; those of energy by "
      "level:\n{}-: the profile or the memory has no rows for it.\n{}\n",
      options.baseline, options.profile, options.memory, 100.0 * options.zeros,
      level_meanings(points.front().ours.ledger),
      missing_text(points.front().ours.ledger, &points.front().same_lanes.ledger));
  for (size_t i = 0; i < points.size();) {
    const ComparePoint& first = points[i];
    if (i == 0 || points[i - 1].config != first.config) text += area_text(first);
    Rows lanes = kHead;
    Rows area = kHead;
    std::vector<const ComparePoint*> group;
    for (; i < points.size() && same_group(points[i], first); ++i) {
      group.push_back(&points[i]);
      lanes.push_back(row_of(points[i], points[i].same_lanes));
      if (points[i].same_area) area.push_back(row_of(points[i], *points[i].same_area));
    }
    const std::string where =
        fmt::format("{}, batch {}, {}", first.config, first.batch, first.packing);
    text += titled_columns(where + ": as many lanes", lanes) + capacity_line(group) + "\n";
    if (area.size() > 1) text += titled_columns(where + ": as much array area", area) + "\n";
  }
  return text + systemc_text(points);
}

Json compare_json(const CompareOptions& options, const std::vector<ComparePoint>& points) {
  Json json = {{"baseline", options.baseline},
               {"profile", options.profile},
               {"zeros", options.zeros},
               {"memory", options.memory}};
  for (const ComparePoint& p : points) {
    Json point = {{"config", p.config},
                  {"size", p.shape},
                  {"batch", p.batch},
                  {"packing", p.packing},
                  {"ternary", side_json(p.ours)},
                  {"same_lanes", side_json(p.same_lanes)},
                  {"ratios_same_lanes", ratios_json(p.same_lanes, p.ours)}};
    if (p.same_area.has_value()) {
      point["same_area"] = side_json(*p.same_area);
      point["ratios_same_area"] = ratios_json(*p.same_area, p.ours);
    }
    json["points"].push_back(point);
  }
  return json;
}

}  // namespace tercet

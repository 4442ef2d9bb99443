// SPDX-License-Identifier: Apache-2.0
// Points side by side.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/table.h"
#include "study/analytic/workload.h"
#include "study/compare/compare.h"
#include "study/report/energy_report.h"

namespace tercet {
namespace {

using Json = nlohmann::ordered_json;
constexpr double kMm2PerUm2 = 1e-6;
constexpr const char* kSameShape = "same array shape";
constexpr const char* kSameArea = "same array area";

bool same_group(const ComparePoint& a, const ComparePoint& b) {
  return a.config == b.config && a.batch == b.batch && a.packing == b.packing;
}

Table::Row row_of(const ComparePoint& p, const CompareSide& baseline) {
  const auto ratio = [&](EnergyLevel level) {
    return ratio_text(energy_ratio(baseline.ledger, p.ours.ledger, level));
  };
  return {p.shape,
          scaled(p.ours.ledger.activity.cycles, ""),
          scaled(baseline.ledger.activity.cycles, ""),
          ratio_text(baseline.ledger.activity.cycles / p.ours.ledger.activity.cycles),
          ratio_text(baseline.bytes / p.ours.bytes),
          joules(p.ours.joule(EnergyLevel::kMemory)),
          joules(baseline.joule(EnergyLevel::kMemory)),
          ratio(EnergyLevel::kArithmetic),
          ratio(EnergyLevel::kOnChip),
          ratio(EnergyLevel::kMemory),
          scaled(p.ours.ledger.watt(EnergyLevel::kMemory), "W"),
          scaled(baseline.ledger.watt(EnergyLevel::kMemory), "W")};
}

Table points_table(const std::string& where, const char* same) {
  return Table(fmt::format("{}: {}", where, same),
               {"size", "cycles", "baseline", "speed-up", "bytes ratio", "energy, with memory",
                "baseline", "arithmetic only", "on chip", "with memory", "power", "baseline"});
}

std::string area_text(const ComparePoint& p) {
  const auto mm2 = [](double um2) { return um2 > 0.0 ? fixed(um2 * kMm2PerUm2, 4) : "-"; };
  const auto row = [&](const char* name, const CompareSide& side) {
    return Table::Row{name, std::to_string(side.lanes), mm2(side.area.array_um2()),
                      mm2(side.area.total_um2())};
  };
  Table table("", {p.config + ", area", "lanes", "lanes mm²", "all parts with an area mm²"});
  table.add(row("ternary", p.ours));
  table.add(row(kSameShape, p.same_lanes));
  if (p.same_area.has_value()) table.add(row(kSameArea, *p.same_area));
  return table.text() +
         (p.same_area.has_value()
              ? ""
              : "No comparison at the same array area: the profile has no area of lanes and "
                "accumulators, or not one column of the baseline fits.\n") +
         "\n";
}

/// Models of the points that are too large for the memory.
std::string capacity_line(const std::vector<const ComparePoint*>& points) {
  std::string large;
  for (const ComparePoint* p : points) {
    for (const CompareSide* side : {&p->ours, &p->same_lanes}) {
      if (side->devices == 1) continue;
      large += fmt::format("{}{} {} {}", large.empty() ? "" : ", ", p->shape,
                           side->ledger.machine.elements.name, side->devices);
    }
  }
  if (large.empty()) return "";
  return fmt::format("Too large for one {}; devices needed for the capacity: {}.\n{}",
                     points.front()->ours.ledger.machine.dram.name, large, kOneDevice);
}

/// One layer, the analytic model beside SystemC.
std::string systemc_text(const std::vector<ComparePoint>& points) {
  if (!points.front().ours.layer.has_value()) return "";
  Table table("Cycles of one layer on the SystemC model",
              {"machine", "size", "batch", "packing", "elements", "lanes", "SystemC", "analytic",
               "error", "over ternary"});
  for (const ComparePoint& p : points) {
    const auto add = [&](const char* elements, const CompareSide& side) {
      const LayerRun& layer = *side.layer;
      table.add({p.config, p.shape, std::to_string(p.batch), p.packing, elements,
                 std::to_string(layer.lanes), scaled(layer.systemc, ""), scaled(layer.formulas, ""),
                 fmt::format("{:+.2f} %", 100.0 * (layer.formulas / layer.systemc - 1.0)),
                 ratio_text(layer.systemc / p.ours.layer->systemc)});
    };
    add("ternary", p.ours);
    add("baseline", p.same_lanes);
    if (p.same_area.has_value()) add("baseline", *p.same_area);
  }
  return table.text() + "\n";
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
    if (!ours.ledger.has(level)) continue;
    json[std::string("energy, ") + level_name(level)] =
        energy_ratio(baseline.ledger, ours.ledger, level);
  }
  return json;
}

}  // namespace

std::string compare_text(const CompareOptions& options, const std::vector<ComparePoint>& points) {
  const EnergyLedger& ours = points.front().ours.ledger;
  std::string text =
      wrapped(fmt::format(
          "The {} machine beside the ternary machine, by the analytic model: the matrix products "
          "of all layers for one step of the batch; profile {}, memory {}, {} zero weights. Every "
          "ratio is baseline over ternary, and those of energy name their level:",
          options.baseline, options.profile, options.memory, percent(options.zeros))) +
      level_meanings(ours) + gaps_text(ours, &points.front().same_lanes.ledger) + "\n";
  for (size_t i = 0; i < points.size();) {
    const ComparePoint& first = points[i];
    if (i == 0 || points[i - 1].config != first.config) text += area_text(first);
    const std::string where =
        fmt::format("{}, batch {}, {}", first.config, first.batch, first.packing);
    Table lanes = points_table(where, kSameShape);
    Table area = points_table(where, kSameArea);
    std::vector<const ComparePoint*> group;
    for (; i < points.size() && same_group(points[i], first); ++i) {
      group.push_back(&points[i]);
      lanes.add(row_of(points[i], points[i].same_lanes));
      if (points[i].same_area) area.add(row_of(points[i], *points[i].same_area));
    }
    text += lanes.text() + capacity_line(group) + "\n";
    if (first.same_area) text += area.text() + "\n";
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

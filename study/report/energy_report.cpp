// SPDX-License-Identifier: Apache-2.0
// Energies by level and by component.
#include "study/report/energy_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "study/energy/derived_rows.h"
#include "study/energy/ledger_check.h"

namespace tercet {
namespace {

using Json = nlohmann::ordered_json;

EnergyLedger checked_ledger(const EnergyProfile& profile, const EnergyMachine& machine,
                            const MachineActivity& activity) {
  EnergyLedger ledger = make_ledger(profile, machine, activity);
  check_ledger(ledger);
  check_area(machine_area(profile, machine));
  return ledger;
}

/// Names and energies of both machines, and what follows from them.
std::string levels_text(const EnergyReport& report) {
  const EnergyLedger& ours = report.ours;
  Table::Row head = {"level", "energy", "per token", "pJ per product", "power", "TOPS/W"};
  if (report.baseline) head.insert(head.end(), {report.baseline_name, "ratio"});
  Table table(
      fmt::format("Energy by level, profile {}: each level includes those above it", ours.profile),
      head);
  for (const EnergyLevel level : kEnergyLevels) {
    if (!ours.has(level)) continue;
    const double joule = ours.joule(level);
    const bool powered = level != EnergyLevel::kHost && ours.seconds() > 0.0;
    Table::Row row = {level_name(level),
                      joules(joule),
                      joules(joule / report.tokens),
                      fixed(ours.pj_per_product(level), 4),
                      powered ? scaled(ours.watt(level), "W") : "",
                      fixed(ours.tops_per_watt(level), 3)};
    if (report.baseline) {
      row.push_back(joules(report.baseline->joule(level)));
      row.push_back(ratio_text(energy_ratio(*report.baseline, ours, level)));
    }
    table.add(row);
  }
  return table.text() +
         "A product is a weight times an activation, zeros included: two operations in TOPS/W.\n";
}

std::string components_text(const EnergyReport& report) {
  Table::Row head = {"component", "energy", "per token", "share"};
  if (report.baseline) head.insert(head.end(), {report.baseline_name, "share"});
  Table table("Energy by component", head);
  std::vector<std::string> names = report.ours.components();
  if (report.baseline) {
    for (const std::string& name : report.baseline->components()) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  for (const std::string& name : names) {
    const double joule = report.ours.component(name);
    Table::Row row = {name, joules(joule), joules(joule / report.tokens),
                      percent(joule / report.ours.joule(EnergyLevel::kHost))};
    if (report.baseline) {
      const double other = report.baseline->component(name);
      row.push_back(joules(other));
      row.push_back(percent(other / report.baseline->joule(EnergyLevel::kHost)));
    }
    table.add(row);
  }
  return table.text();
}

/// The operands' activity, and what it moves.
std::string activity_text(const EnergyReport& report) {
  const EnergyLedger& ours = report.ours;
  return fmt::format(
      "{} of the array's input bits change from token to token ({}). {}.\n",
      percent(input_activity(ours.activity.engine, ours.machine.machine)),
      report.counted ? "counted" : "assumed",
      ours.lanes_follow
          ? "The energy of lanes and wires follows this share"
          : "The energy of wires follows this share, that of lanes does not: the profile does not "
            "say how");
}

std::string cycles_text(const EnergyReport& report) {
  const EnergyLedger& ours = report.ours;
  const double joule = ours.joule(EnergyLevel::kHost);
  EnergyLevel highest = EnergyLevel::kArithmetic;
  for (const EnergyLevel level : kEnergyLevels) highest = ours.has(level) ? level : highest;
  std::string text =
      fmt::format("{} cycles = {} for {} token{}",
                  grouped(static_cast<uint64_t>(ours.activity.cycles)), scaled(ours.seconds(), "s"),
                  grouped(static_cast<uint64_t>(report.tokens)), report.tokens == 1.0 ? "" : "s");
  if (std::isnan(joule)) return text;
  return text + fmt::format("; {} ({}), {} per token", joules(joule), level_name(highest),
                            joules(joule / report.tokens));
}

/// A figure of each phase: "prefill A and decode B".
template <class Figure>
std::string by_phase(const EnergyReport& report, const Figure& figure) {
  std::string text;
  for (const EnergyReport& phase : report.phases) {
    text += fmt::format("{}{} {}", text.empty() ? "" : " and ", phase.phase, figure(phase));
  }
  return text;
}

Json line_json(const LedgerLine& line) {
  return {{"component", line.component},
          {"what", line.what},
          {"level", level_name(line.level)},
          {"count", line.count},
          {"counted", line.counted},
          {"row",
           {{"name", line.row.name},
            {"value", line.row.value},
            {"unit", line.row.unit},
            {"node", line.row.node},
            {"source", line.row.source},
            {"kind", line.row.kind},
            {"note", line.row.note}}},
          {"joule", line.joule}};
}

/// What a phase has of a whole report, without its lines.
Json phase_json(const EnergyReport& phase) {
  Json json = {{"phase", phase.phase},
               {"tokens", phase.tokens},
               {"cycles", phase.ours.activity.cycles},
               {"seconds", phase.ours.seconds()},
               {"tokens_per_s", phase.tokens_per_s()},
               {"speed_up", phase.speed_up()}};
  for (const EnergyLevel level : kEnergyLevels) {
    if (!phase.ours.has(level)) continue;
    const double joule = phase.ours.joule(level);
    json["levels"].push_back({{"level", level_name(level)},
                              {"joule", joule},
                              {"joule_per_token", joule / phase.tokens},
                              {"baseline_joule", phase.baseline->joule(level)},
                              {"ratio", energy_ratio(*phase.baseline, phase.ours, level)}});
  }
  return json;
}

}  // namespace

double EnergyReport::speed_up() const {
  return baseline ? baseline->activity.cycles / ours.activity.cycles : kNoFigure;
}

std::string level_meanings(const EnergyLedger& ledger) {
  const bool operators =
      std::any_of(ledger.gaps.begin(), ledger.gaps.end(), [](const LedgerGap& gap) {
        return gap.component == "accumulators" && gap.level == EnergyLevel::kArithmetic;
      });
  std::string text = std::string("arithmetic only: ") +
                     (operators ? "bare operators" : "the array's lanes and accumulators");
  if (ledger.has(EnergyLevel::kOnChip)) {
    text += "; on chip: also SRAM, wires, idle cycles and leakage";
  }
  if (ledger.has(EnergyLevel::kMemory)) text += "; with memory: also DRAM";
  if (ledger.has(EnergyLevel::kHost)) {
    text +=
        "; whole token: also the host's norms, attention and head in FP32, and reading their FP16 "
        "operands";
  }
  return wrapped(text + ".");
}

std::string gaps_text(const EnergyLedger& ours, const EnergyLedger* baseline) {
  constexpr size_t kNamed = 6;  // rows of a level; --json has all
  std::string text;
  std::vector<std::string> left_out;
  const auto add = [](const std::string& name, std::vector<std::string>* names) {
    if (std::find(names->begin(), names->end(), name) == names->end()) names->push_back(name);
  };
  for (const EnergyLevel level : kEnergyLevels) {
    std::vector<std::string> rows;
    for (const EnergyLedger* side : {&ours, baseline}) {
      for (const LedgerGap& gap : side != nullptr ? side->gaps : std::vector<LedgerGap>{}) {
        if (gap.level != level) continue;
        if (gap.rows.empty()) add(gap.component + ": " + gap.what, &left_out);
        for (const std::string& row : gap.rows) add(row, &rows);
      }
    }
    if (rows.empty()) continue;
    const size_t more = rows.size() - std::min(rows.size(), kNamed);
    rows.resize(rows.size() - more);
    text += wrapped(fmt::format(
        "No figure for '{}'{}: profile {} has no row {}{}.", level_name(level),
        level == EnergyLevel::kHost ? "" : " and the levels that include it", ours.profile,
        fmt::join(rows, ", "), more == 0 ? "" : fmt::format(" and {} others", more)));
  }
  if (left_out.empty()) return text;
  return text + wrapped(fmt::format("Not included (the profile has no energy for them): {}.",
                                    fmt::join(left_out, "; ")));
}

std::string joules(double joule) { return scaled(joule, "J"); }

EnergyReport make_energy_report(const EnergyProfile& profile, const EnergyMachine& machine,
                                const MachineActivity& activity, double tokens, bool counted) {
  EnergyReport report;
  report.ours = checked_ledger(profile, machine, activity);
  report.tokens = std::max(tokens, 1.0);
  report.counted = counted;
  return report;
}

void add_baseline(const EnergyProfile& profile, const EnergyMachine& machine,
                  const MachineActivity& activity, const std::string& name, const std::string& how,
                  EnergyReport* report) {
  report->baseline = checked_ledger(profile, machine, activity);
  report->baseline_name = name;
  report->baseline_how = how;
}

void add_rows(const EnergyReport& report, Table* table) {
  for (const EnergyReport& phase : report.phases) table->add(phase.phase, cycles_text(phase));
  table->add("total", cycles_text(report));
  const auto speed = [](const EnergyReport& r) {
    return grouped(static_cast<uint64_t>(std::llround(r.tokens_per_s())));
  };
  const auto speed_up = [](const EnergyReport& r) { return ratio_text(r.speed_up()); };
  table->add("speed", fmt::format("{} tokens/s on the {} machine at {} MHz, matrix products alone",
                                  report.phases.empty() ? speed(report) : by_phase(report, speed),
                                  report.counted ? "simulated" : "modelled",
                                  report.ours.machine.machine.clock_mhz));
  if (report.baseline) {
    table->add("speed-up",
               fmt::format("{} over the {} of the same array shape (estimate){}{}",
                           speed_up(report), report.baseline_name,
                           report.phases.empty() ? "" : "; ", by_phase(report, speed_up)));
  }
  for (const EnergyLevel level : kEnergyLevels) {
    if (!report.ours.has(level)) continue;
    std::string text = joules(report.ours.joule(level) / report.tokens);
    if (report.ours.complete(level)) text += " per token";
    if (report.baseline) {
      text += fmt::format("; {} {}: {}", report.baseline_name,
                          joules(report.baseline->joule(level) / report.tokens),
                          ratio_text(energy_ratio(*report.baseline, report.ours, level)));
    }
    table->add(std::string("energy, ") + level_name(level), text);
  }
}

std::string energy_notes(const EnergyReport& report) {
  return wrapped("Each level of energy includes those above it. " + level_meanings(report.ours)) +
         gaps_text(report.ours, report.baseline ? &*report.baseline : nullptr);
}

std::string energy_text(const EnergyReport& report) {
  return levels_text(report) + "\n" + components_text(report) + activity_text(report) +
         (report.baseline ? wrapped(report.baseline_name + ": " + report.baseline_how) : "");
}

std::string ledger_text(const EnergyLedger& ledger) {
  Table table("Ledger: count × row = energy",
              {"component", "what", "count", "of", "row", "value", "unit", "kind", "energy"});
  for (const LedgerLine& line : ledger.lines) {
    table.add({line.component, line.what, fmt::format("{:.6g}", line.count), line.counted,
               line.row.name, fmt::format("{:.4g}", line.row.value), line.row.unit, line.row.kind,
               joules(line.joule)});
  }
  return table.text() + fmt::format("The total is {}. Sources are in the profile and in --json.\n",
                                    joules(ledger.joule(EnergyLevel::kHost)));
}

Json to_json(const EngineCounts& counts) {
  Json json;
  for (const auto& [name, member] : engine_count_fields()) json[name] = counts.*member;
  return json;
}

Json to_json(const EnergyLedger& ledger) {
  Json json = {{"profile", ledger.profile},
               {"machine", ledger.machine.machine.name},
               {"elements", ledger.machine.elements.name},
               {"dram", ledger.machine.dram.name},
               {"products", ledger.activity.products},
               {"cycles", ledger.activity.cycles},
               {"input_activity", input_activity(ledger.activity.engine, ledger.machine.machine)},
               {"seconds", ledger.seconds()},
               {"total_j", ledger.joule(EnergyLevel::kHost)}};
  for (const EnergyLevel level : kEnergyLevels) {
    json["levels"].push_back({{"level", level_name(level)},
                              {"counted", ledger.has(level)},
                              {"joule", ledger.joule(level)},
                              {"pj_per_product", ledger.pj_per_product(level)},
                              {"watt", ledger.watt(level)},
                              {"tops_per_watt", ledger.tops_per_watt(level)}});
  }
  for (const std::string& name : ledger.components()) {
    json["components"][name] = ledger.component(name);
  }
  json["counts"] = to_json(ledger.activity.engine);
  for (const auto& [name, member] : kDramActivityFields) {
    json["dram_counts"][name] = ledger.activity.dram.*member;
  }
  for (const LedgerLine& line : ledger.lines) json["lines"].push_back(line_json(line));
  json["missing_rows"] = Json::array();
  json["not_included"] = Json::array();
  for (const LedgerGap& gap : ledger.gaps) {
    if (gap.rows.empty()) json["not_included"].push_back(gap.component + ": " + gap.what);
    for (const std::string& row : gap.rows) {
      json["missing_rows"].push_back({{"row", row},
                                      {"component", gap.component},
                                      {"what", gap.what},
                                      {"level", level_name(gap.level)}});
    }
  }
  return json;
}

Json to_json(const EnergyReport& report) {
  Json json = to_json(report.ours);
  json["tokens"] = report.tokens;
  json["counted"] = report.counted;
  json["tokens_per_s"] = report.tokens_per_s();
  for (const EnergyReport& phase : report.phases) json["phases"].push_back(phase_json(phase));
  json["op"] = "a multiplication or an addition of a product: two a weight and token, zeros too";
  if (!report.baseline) return json;
  json["baseline"] = to_json(*report.baseline);
  json["baseline"]["name"] = report.baseline_name;
  json["baseline"]["how"] = report.baseline_how;
  json["speed_up"] = report.speed_up();
  for (const EnergyLevel level : kEnergyLevels) {
    if (!report.ours.has(level)) continue;
    json["ratios"].push_back({{"level", level_name(level)},
                              {"ratio", energy_ratio(*report.baseline, report.ours, level)}});
  }
  return json;
}

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Energies by level and by component.
#include "study/report/energy_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/columns.h"
#include "base/table.h"
#include "study/energy/area.h"
#include "study/energy/ledger_check.h"

namespace tercet {
namespace {

using Json = nlohmann::ordered_json;
using Rows = std::vector<std::vector<std::string>>;

EnergyLedger checked_ledger(const EnergyProfile& profile, const EnergyMachine& machine,
                            const MachineActivity& activity) {
  EnergyLedger ledger = make_ledger(profile, machine, activity);
  check_ledger(ledger);
  check_area(machine_area(profile, machine));
  return ledger;
}

std::string share(double part, double whole) {
  return whole > 0.0 ? fmt::format("{:.1f} %", 100.0 * part / whole) : "";
}

/// "; "-separated names in lines of at most about a hundred characters.
std::string wrapped(const std::string& begin, const std::vector<std::string>& names) {
  constexpr size_t kWidth = 100;
  std::string text;
  std::string line = begin;
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string word = " " + names[i] + (i + 1 < names.size() ? ";" : "");
    if (line.size() + word.size() > kWidth) {
      text += line + "\n";
      line = " ";
    }
    line += word;
  }
  return text + line + "\n";
}

std::string levels_text(const EnergyReport& report) {
  const EnergyLedger& ours = report.ours;
  const tercet_config& m = ours.machine.machine;
  Rows rows = {{"level", "energy", "a token", "pJ/product", "power", "TOPS/W"}};
  if (report.baseline) {
    rows[0].push_back(report.baseline_name);
    rows[0].emplace_back("ratio");
  }
  for (const EnergyLevel level : kEnergyLevels) {
    const double joule = ours.joule(level);
    if (!ours.has(level)) continue;
    std::vector<std::string> row = {
        level_name(level),
        joules(joule),
        joules(joule / report.tokens),
        fmt::format("{:.4f}", ours.pj_per_product(level)),
        level != EnergyLevel::kHost && ours.seconds() > 0.0 ? scaled(ours.watt(level), "W") : "",
        fmt::format("{:.3f}", ours.tops_per_watt(level))};
    if (report.baseline) {
      row.push_back(joules(report.baseline->joule(level)));
      row.push_back(ratio_text(energy_ratio(*report.baseline, ours, level)));
    }
    rows.push_back(row);
  }
  return titled_columns(fmt::format("Energy by level, profile {}, {} at {} MHz: each level has all "
                                    "of those above it",
                                    ours.profile, m.name, m.clock_mhz),
                        rows) +
         level_meanings(ours) +
         "product: a weight times an activation, zeros too; an op of TOPS/W is half of one\n";
}

std::string components_text(const EnergyReport& report) {
  Rows rows = {{"component", "energy", "a token", "share"}};
  if (report.baseline) {
    rows[0].push_back(report.baseline_name);
    rows[0].emplace_back("share");
  }
  std::vector<std::string> names = report.ours.components();
  if (report.baseline) {
    for (const std::string& name : report.baseline->components()) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  for (const std::string& name : names) {
    const double joule = report.ours.component(name);
    std::vector<std::string> row = {name, joules(joule), joules(joule / report.tokens),
                                    share(joule, report.ours.total_j)};
    if (report.baseline) {
      row.push_back(joules(report.baseline->component(name)));
      row.push_back(share(report.baseline->component(name), report.baseline->total_j));
    }
    rows.push_back(row);
  }
  return titled_columns("Energy by component", rows) +
         missing_text(report.ours, report.baseline ? &*report.baseline : nullptr);
}

/// The operands' activity, and what it moves.
std::string activity_text(const EnergyReport& report) {
  const EnergyLedger& ours = report.ours;
  return fmt::format("{:.1f} % of the array's input bits change from token to token ({}): {}\n",
                     100.0 * input_activity(ours.activity.engine, ours.machine.machine),
                     report.counted ? "counted" : "assumed",
                     ours.lanes_follow ? "lanes and wires follow" : "wires follow, lanes do not");
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

}  // namespace

std::string level_meanings(const EnergyLedger& ledger) {
  const auto& missing = ledger.missing;
  const bool operators =
      std::find(missing.begin(), missing.end(), "accumulators: additions") != missing.end();
  std::string text = operators ? "arithmetic only: bare operators"
                               : "arithmetic only: columns, that is lanes and accumulators";
  if (ledger.has(EnergyLevel::kOnChip)) text += "; on chip: the array with SRAM";
  if (ledger.has(EnergyLevel::kMemory)) text += ";\nwith memory: the machine with DRAM";
  text += "\n";
  if (ledger.has(EnergyLevel::kHost)) {
    text +=
        "whole token: + the host's norms, attention and head in FP32, their FP16 operands read\n";
  }
  return text;
}

std::string ratio_text(const std::optional<double>& ratio) {
  return ratio ? fmt::format("{:.2f} x", *ratio) : "-";
}

std::string missing_text(const EnergyLedger& ours, const EnergyLedger* baseline) {
  std::string text;
  if (!ours.missing.empty()) {
    text += wrapped("counted, but without a row in the profile, so in no figure:", ours.missing);
  }
  if (baseline != nullptr) {
    std::vector<std::string> more;
    for (const std::string& name : baseline->missing) {
      if (std::find(ours.missing.begin(), ours.missing.end(), name) == ours.missing.end()) {
        more.push_back(name);
      }
    }
    if (!more.empty()) text += wrapped("so too of the baseline:", more);
  }
  if (!ours.unused.empty()) {
    text += wrapped("rows of the profile that nothing uses:", ours.unused);
  }
  return text;
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

std::string energy_text(const EnergyReport& report) {
  return levels_text(report) + "\n" + components_text(report) + activity_text(report) +
         (report.baseline ? report.baseline_name + ": " + report.baseline_how + "\n" : "");
}

std::string ledger_text(const EnergyLedger& ledger) {
  Rows rows = {{"component", "what", "count", "of", "row", "value", "unit", "kind", "energy"}};
  for (const LedgerLine& line : ledger.lines) {
    rows.push_back({line.component, line.what, fmt::format("{:.6g}", line.count), line.counted,
                    line.row.name, fmt::format("{:.4g}", line.row.value), line.row.unit,
                    line.row.kind, joules(line.joule)});
  }
  return titled_columns("Ledger: count x row = energy", rows) +
         fmt::format("total {}; sources are in the profile and in --json\n",
                     joules(ledger.total_j));
}

Json to_json(const EngineCounts& counts) {
  Json json;
  for (const auto& [name, member] : engine_count_fields()) json[name] = counts.*member;
  return json;
}

Json to_json(const EnergyLedger& ledger) {
  Json json = {{"profile", ledger.profile},
               {"machine", ledger.machine.machine.name},
               {"elements", elements_name(ledger.machine.elements)},
               {"dram", ledger.machine.dram.name},
               {"products", ledger.activity.products},
               {"cycles", ledger.activity.cycles},
               {"input_activity", input_activity(ledger.activity.engine, ledger.machine.machine)},
               {"seconds", ledger.seconds()},
               {"total_j", ledger.total_j}};
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
  const DramActivity& d = ledger.activity.dram;
  json["counts"] = to_json(ledger.activity.engine);
  json["dram_counts"] = {{"activates", d.activates},
                         {"reads", d.reads},
                         {"writes", d.writes},
                         {"refreshes", d.refreshes},
                         {"channel_cycles", d.channel_cycles},
                         {"open_cycles", d.open_cycles}};
  for (const LedgerLine& line : ledger.lines) json["lines"].push_back(line_json(line));
  json["missing"] = ledger.missing;
  json["unused_rows"] = ledger.unused;
  return json;
}

Json to_json(const EnergyReport& report) {
  Json json = to_json(report.ours);
  json["tokens"] = report.tokens;
  json["counted"] = report.counted;
  json["op"] = "a multiplication or an addition of a product: two a weight and token, zeros too";
  if (!report.baseline) return json;
  json["baseline"] = to_json(*report.baseline);
  json["baseline"]["name"] = report.baseline_name;
  json["baseline"]["how"] = report.baseline_how;
  for (const EnergyLevel level : kEnergyLevels) {
    const std::optional<double> ratio = energy_ratio(*report.baseline, report.ours, level);
    if (ratio) json["ratios"].push_back({{"level", level_name(level)}, {"ratio", *ratio}});
  }
  return json;
}

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Writes what a validation found.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/table.h"
#include "study/report/machine_report.h"
#include "study/validate/summary.h"

namespace tercet {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr size_t kWorst = 10;

OrderedJson to_json(const PairSummary& pair) {
  OrderedJson json = {{"points", pair.points}, {"bytes_equal", pair.bytes_equal}};
  // Without points there is no error, not one of 0.
  json["mean_abs_error_pct"] = nullptr;
  json["worst_abs_error_pct"] = nullptr;
  if (pair.points != 0) {
    json["mean_abs_error_pct"] = pair.mean_abs_error_pct;
    json["worst_abs_error_pct"] = pair.worst_abs_error_pct;
  }
  return json;
}

OrderedJson to_json(const SetSummary& set) {
  OrderedJson json = {{"points", set.points},
                      {"bytes_equal", set.bytes_equal},
                      {"all_bytes_equal", set.bytes_equal == set.points},
                      {"points_with_rtl", set.with_rtl},
                      {"points_without_rtl", set.points - set.with_rtl},
                      {"counters_equal", set.counters_equal},
                      {"driver_cycles_equal", set.driver_cycles_equal}};
  for (const Pair p : kPairs) json[pair_name(p)] = to_json(set.pair(p));
  return json;
}

OrderedJson to_json(const Summary& summary) {
  OrderedJson json = to_json(summary.all);
  json["half"] = {{"tuning", to_json(summary.tuning)}, {"reporting", to_json(summary.reporting)}};
  OrderedJson machines = OrderedJson::object();
  for (const auto& [name, set] : summary.machines) machines[name] = to_json(set);
  json["config_memory"] = machines;
  const BackendSeconds& seconds = summary.seconds;
  json["wall_seconds"] = {{"rtl", seconds.rtl},
                          {"systemc", seconds.systemc},
                          {"systemc_on_points_with_rtl", seconds.systemc_with_rtl},
                          {"analytic", seconds.analytic},
                          {"reference", seconds.reference}};
  return json;
}

/// The counters that the closed form gives.
OrderedJson formula_counters_json(const AnalyticGemm& analytic) {
  return {{counter_name(TERCET_COUNTER_ARRAY_ACTIVE), analytic.array_active},
          {counter_name(TERCET_COUNTER_TILES), analytic.tiles},
          {counter_name(TERCET_COUNTER_WEIGHT_BEATS), analytic.weight_beats},
          {counter_name(TERCET_COUNTER_ACT_BEATS), analytic.activation_beats},
          {counter_name(TERCET_COUNTER_OUTPUT_BEATS), analytic.output_beats}};
}

OrderedJson row_json(const PointResult& result) {
  const GridPoint& point = result.point;
  OrderedJson row = {{"grid", point.grid},
                     {"config", point.machine->name},
                     {"memory", point.memory},
                     {"packing", packing_name(point.packing)},
                     {"m", point.m},
                     {"n", point.n},
                     {"k", point.k},
                     {"m_tile", point.m_tile},
                     {"half", point.tuning ? "tuning" : "reporting"}};
  OrderedJson cycles;
  OrderedJson driver_cycles;
  OrderedJson boot_cycles;
  OrderedJson counters;
  OrderedJson seconds;
  OrderedJson difference = OrderedJson::object();
  const auto add = [&](const char* name, const SimulatorRun& run) {
    cycles[name] = run.counters[TERCET_COUNTER_LAST_CYCLES];
    driver_cycles[name] = run.driver_cycles;
    boot_cycles[name] = run.boot_cycles;
    counters[name] = counters_json(run.counters);
    seconds[name] = run.seconds;
    if (!run.difference.empty()) difference[name] = run.difference;
  };
  if (result.rtl.has_value()) add("rtl", *result.rtl);
  add("systemc", result.systemc);
  cycles["analytic"] = result.analytic.cycles;
  counters["analytic"] = formula_counters_json(result.analytic);
  seconds["analytic"] = result.analytic_seconds;
  seconds["reference"] = result.reference_seconds;
  row["cycles"] = cycles;
  OrderedJson& errors = row["error_pct"];
  for (const Pair p : kPairs) {
    const std::optional<double> error = error_pct(result, p);
    if (error.has_value()) errors[pair_name(p)] = *error;
  }
  row["bytes_equal"] = result.bytes_equal();
  if (!difference.empty()) row["difference"] = difference;
  row["counters"] = counters;
  if (result.rtl.has_value()) row["counters_equal"] = result.counters_equal();
  row["driver_cycles"] = driver_cycles;
  if (result.by_firmware) row["boot_cycles"] = boot_cycles;
  row["analytic_bound_by"] = result.analytic.bound_by;
  row["wall_seconds"] = seconds;
  return row;
}

void add_lines(const std::string& name, const SetSummary& set, Table* table) {
  for (const Pair p : kPairs) {
    const PairSummary& pair = set.pair(p);
    if (pair.points == 0) continue;
    table->add({pair_title(p), name, std::to_string(pair.points),
                fixed(pair.mean_abs_error_pct, 4, " %"), fixed(pair.worst_abs_error_pct, 4, " %")});
  }
}

std::string worst_text(const std::vector<PointResult>& results, Pair pair) {
  const std::vector<const PointResult*> worst = worst_points(results, pair, kWorst);
  if (worst.empty()) return fmt::format("{}: no cycle differs on any point.\n", pair_title(pair));
  Table table(fmt::format("{}: the {} largest errors", pair_title(pair), worst.size()),
              {"point", "error", "RTL cycles", "SystemC", "analytic"});
  for (const PointResult* result : worst) {
    const auto cycles = [&](const SimulatorRun& run) {
      return std::to_string(pair == Pair::kSystemcVsRtl && result->by_firmware
                                ? run.driver_cycles
                                : run.counters[TERCET_COUNTER_LAST_CYCLES]);
    };
    table.add({describe(result->point),
               fmt::format("{:+.3f} %", error_pct(*result, pair).value_or(0.0)),
               result->rtl.has_value() ? cycles(*result->rtl) : "-", cycles(result->systemc),
               fixed(result->analytic.cycles, 1)});
  }
  return table.text();
}

}  // namespace

nlohmann::ordered_json validation_json(const ValidationState& state,
                                       const std::vector<PointResult>& results) {
  OrderedJson json = {
      {"complete", state.complete}, {"points", state.points}, {"points_done", results.size()}};
  if (!state.stopped_by.empty()) json["stopped_by"] = state.stopped_by;
  json["grids"] = state.grids;
  json["control"] = state.control;
  json["summary"] = to_json(summarise(results));
  OrderedJson rows = OrderedJson::array();
  for (const PointResult& result : results) rows.push_back(row_json(result));
  json["rows"] = rows;
  return json;
}

std::string validation_text(const ValidationState& state, const std::vector<PointResult>& results) {
  const Summary summary = summarise(results);
  const SetSummary& all = summary.all;
  const auto of = [](uint64_t equal, uint64_t points, const std::string& what) {
    return fmt::format("{} of {} ({})", equal, points, what);
  };
  Table counts("Validation of " + std::to_string(all.points) + " commands");
  counts.add("control", state.control);
  counts.add("bytes equal", of(all.bytes_equal, all.points,
                               std::string("outputs and guard bytes of reference") +
                                   (all.with_rtl == 0 ? " and SystemC" : ", SystemC and RTL")));
  if (all.with_rtl != 0) {
    counts.add("counters equal", of(all.counters_equal, all.with_rtl, "SystemC and RTL"));
    counts.add("host's cycles equal",
               of(all.driver_cycles_equal, all.with_rtl,
                  results.front().by_firmware ? "the start of the firmware included"
                                              : "from starting a command to knowing its end"));
  }
  if (all.with_rtl != all.points) {
    counts.add("without RTL",
               of(all.points - all.with_rtl, all.points, "this build has no RTL of their machine"));
  }
  const BackendSeconds& seconds = summary.seconds;
  counts.add("wall seconds",
             fmt::format("RTL {:.3f}, SystemC {:.3f} ({:.3f} for the points of the RTL), analytic "
                         "{:.6f}, reference {:.3f}",
                         seconds.rtl, seconds.systemc, seconds.systemc_with_rtl, seconds.analytic,
                         seconds.reference));
  Table errors("Error in cycles, absolute", {"compared", "of", "points", "mean", "worst"});
  add_lines("all", all, &errors);
  add_lines("tuning half", summary.tuning, &errors);
  add_lines("reporting half", summary.reporting, &errors);
  for (const auto& [name, set] : summary.machines) add_lines(name, set, &errors);
  std::string text = counts.text() + "\n" + errors.text();
  // With SystemC equal to RTL everywhere, the list against RTL would be that against SystemC.
  const bool same =
      all.with_rtl == all.points && all.pair(Pair::kSystemcVsRtl).worst_abs_error_pct == 0.0;
  for (const Pair p : kPairs) {
    if (all.pair(p).points == 0) continue;
    text += "\n";
    text += p == Pair::kAnalyticVsRtl && same
                ? fmt::format("{}: the same, as SystemC and RTL agree.\n", pair_title(p))
                : worst_text(results, p);
  }
  for (const PointResult& result : results) {
    if (result.bytes_equal()) continue;
    text += fmt::format("\nThe bytes differ: {}", describe(result.point));
    if (result.rtl.has_value() && !result.rtl->difference.empty()) {
      text += fmt::format("\n  RTL: {}", result.rtl->difference);
    }
    if (!result.systemc.difference.empty()) {
      text += fmt::format("\n  SystemC: {}", result.systemc.difference);
    }
    text += "\n";
  }
  return text;
}

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Writes what a validation found.
#include "study/validate/report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "study/report/machine_report.h"

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

OrderedJson counters_json(const Counters& counters) {
  OrderedJson json;
  for (int i = 0; i < TERCET_COUNTER_COUNT; ++i) {
    json[counter_name(i)] = counters[static_cast<size_t>(i)];
  }
  return json;
}

/// The counters that the closed form gives.
OrderedJson counters_json(const AnalyticGemm& analytic) {
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
  counters["analytic"] = counters_json(result.analytic);
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

void add_lines(const std::string& name, const SetSummary& set, std::string* text) {
  for (const Pair p : kPairs) {
    const PairSummary& pair = set.pair(p);
    if (pair.points == 0) continue;
    *text += fmt::format("{:<20} {:<20} {:>6} {:>11.4f} {:>11.4f}\n", pair_title(p), name,
                         pair.points, pair.mean_abs_error_pct, pair.worst_abs_error_pct);
  }
}

std::string cycles_text(const PointResult& result, Pair pair) {
  const bool all = pair == Pair::kSystemcVsRtl && result.by_firmware;
  const auto cycles = [all](const SimulatorRun& run) {
    return all ? run.driver_cycles : run.counters[TERCET_COUNTER_LAST_CYCLES];
  };
  return fmt::format("{:>9} {:>9} {:>11.1f}",
                     result.rtl.has_value() ? fmt::to_string(cycles(*result.rtl)) : "-",
                     cycles(result.systemc), result.analytic.cycles);
}

void add_worst(const std::vector<PointResult>& results, Pair pair, std::string* text) {
  const std::vector<const PointResult*> worst = worst_points(results, pair, kWorst);
  if (worst.empty()) {
    *text += fmt::format("\n{}: no difference\n", pair_title(pair));
    return;
  }
  *text += fmt::format("\n{}, worst {}\n{:>9} {:>9} {:>9} {:>11}  point\n", pair_title(pair),
                       worst.size(), "error, %", "RTL", "SystemC", "analytic");
  for (const PointResult* result : worst) {
    *text += fmt::format("{:>+9.3f} {}  {}\n", error_pct(*result, pair).value_or(0.0),
                         cycles_text(*result, pair), describe(result->point));
  }
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

std::string validation_table(const std::vector<PointResult>& results) {
  const Summary summary = summarise(results);
  const SetSummary& all = summary.all;
  std::string text = fmt::format(
      "points          {}\nbytes equal     {} (outputs and guard bytes: reference, {})\n",
      all.points, all.bytes_equal, all.with_rtl == 0 ? "SystemC" : "SystemC, RTL");
  if (all.with_rtl != 0) {
    const bool by_firmware = results.front().by_firmware;
    text += fmt::format("counters equal  {} of {} (SystemC, RTL); driver's cycles{}: {}\n",
                        all.counters_equal, all.with_rtl, by_firmware ? ", boot included" : "",
                        all.driver_cycles_equal);
  }
  if (all.with_rtl != all.points) {
    text += fmt::format("without RTL     {} (the machine is not built as RTL)\n",
                        all.points - all.with_rtl);
  }
  text += fmt::format("\n{:<20} {:<20} {:>6} {:>11} {:>11}\n", "cycles", "of", "points", "mean |%|",
                      "worst |%|");
  add_lines("all", all, &text);
  add_lines("tuning half", summary.tuning, &text);
  add_lines("reporting half", summary.reporting, &text);
  for (const auto& [name, set] : summary.machines) add_lines(name, set, &text);
  const BackendSeconds& seconds = summary.seconds;
  text += fmt::format(
      "\nwall seconds    RTL {:.3f}, SystemC {:.3f} ({:.3f} for the points of the RTL), "
      "analytic {:.6f}, reference {:.3f}\n",
      seconds.rtl, seconds.systemc, seconds.systemc_with_rtl, seconds.analytic, seconds.reference);
  // With SystemC equal to RTL everywhere, the list against RTL would be that against SystemC.
  const bool same =
      all.with_rtl == all.points && all.pair(Pair::kSystemcVsRtl).worst_abs_error_pct == 0.0;
  for (const Pair p : kPairs) {
    if (p == Pair::kAnalyticVsRtl && same) {
      text += fmt::format("\n{}: the same\n", pair_title(p));
    } else if (all.pair(p).points != 0) {
      add_worst(results, p, &text);
    }
  }
  for (const PointResult& result : results) {
    if (result.bytes_equal()) continue;
    text += fmt::format("\nbytes differ: {}", describe(result.point));
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

// SPDX-License-Identifier: Apache-2.0
// Means, worst cases and bounds.
#include "study/validate/summary.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace tercet {
namespace {

double last_cycles(const SimulatorRun& run) {
  return static_cast<double>(run.counters[TERCET_COUNTER_LAST_CYCLES]);
}

void add(const PointResult& result, SetSummary* set) {
  ++set->points;
  if (result.bytes_equal()) ++set->bytes_equal;
  if (result.rtl.has_value()) {
    ++set->with_rtl;
    if (result.counters_equal()) ++set->counters_equal;
    if (result.driver_cycles_equal()) ++set->driver_cycles_equal;
  }
  for (const Pair p : kPairs) {
    const std::optional<double> error = error_pct(result, p);
    if (!error.has_value()) continue;
    PairSummary& pair = set->pairs[static_cast<size_t>(p)];
    ++pair.points;
    if (result.bytes_equal()) ++pair.bytes_equal;
    pair.mean_abs_error_pct += std::fabs(*error);  // the sum until finish()
    pair.worst_abs_error_pct = std::max(pair.worst_abs_error_pct, std::fabs(*error));
  }
}

void finish(SetSummary* set) {
  for (PairSummary& pair : set->pairs) {
    if (pair.points != 0) pair.mean_abs_error_pct /= static_cast<double>(pair.points);
  }
}

SetSummary& set_of(std::vector<std::pair<std::string, SetSummary>>& sets, const std::string& name) {
  const auto known =
      std::find_if(sets.begin(), sets.end(), [&](const auto& set) { return set.first == name; });
  if (known != sets.end()) return known->second;
  return sets.emplace_back(name, SetSummary{}).second;
}

}  // namespace

const char* pair_name(Pair pair) {
  constexpr std::array kNames = {"systemc_vs_rtl", "analytic_vs_systemc", "analytic_vs_rtl"};
  return kNames.at(static_cast<size_t>(pair));
}

const char* pair_title(Pair pair) {
  constexpr std::array kTitles = {"SystemC vs RTL", "analytic vs SystemC", "analytic vs RTL"};
  return kTitles.at(static_cast<size_t>(pair));
}

std::optional<double> error_pct(const PointResult& result, Pair pair) {
  if (pair != Pair::kAnalyticVsSystemc && !result.rtl.has_value()) return std::nullopt;
  if (pair == Pair::kSystemcVsRtl && result.by_firmware) {
    const auto want = static_cast<double>(result.rtl->driver_cycles);
    return 100.0 * (static_cast<double>(result.systemc.driver_cycles) - want) / want;
  }
  const double systemc = last_cycles(result.systemc);
  const double got = pair == Pair::kSystemcVsRtl ? systemc : result.analytic.cycles;
  const double want = pair == Pair::kAnalyticVsSystemc ? systemc : last_cycles(*result.rtl);
  if (want == 0.0) fail("point ({}): LAST_CYCLES is 0", describe(result.point));
  return 100.0 * (got - want) / want;
}

Summary summarise(const std::vector<PointResult>& results) {
  Summary summary;
  for (const PointResult& result : results) {
    add(result, &summary.all);
    add(result, result.point.tuning ? &summary.tuning : &summary.reporting);
    add(result, &set_of(summary.machines,
                        fmt::format("{}/{}", result.point.machine->name, result.point.memory)));
    if (result.rtl.has_value()) {
      summary.seconds.rtl += result.rtl->seconds;
      summary.seconds.systemc_with_rtl += result.systemc.seconds;
    }
    summary.seconds.systemc += result.systemc.seconds;
    summary.seconds.analytic += result.analytic_seconds;
    summary.seconds.reference += result.reference_seconds;
  }
  finish(&summary.all);
  finish(&summary.tuning);
  finish(&summary.reporting);
  for (auto& [name, set] : summary.machines) finish(&set);
  return summary;
}

std::vector<const PointResult*> worst_points(const std::vector<PointResult>& results, Pair pair,
                                             size_t count) {
  std::vector<std::pair<double, const PointResult*>> errors;
  for (const PointResult& result : results) {
    const double error = std::fabs(error_pct(result, pair).value_or(0.0));
    if (error > 0.0) errors.emplace_back(error, &result);
  }
  std::stable_sort(errors.begin(), errors.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<const PointResult*> worst;
  for (size_t i = 0; i < std::min(count, errors.size()); ++i) worst.push_back(errors[i].second);
  return worst;
}

std::string verdict(const Summary& summary, const Bounds& bounds) {
  const uint64_t differ = summary.all.points - summary.all.bytes_equal;
  if (differ != 0) {
    return fmt::format("the bytes of {} of {} points differ", differ, summary.all.points);
  }
  for (const Pair p : kPairs) {
    const std::optional<double>& bound =
        p == Pair::kSystemcVsRtl ? bounds.systemc_vs_rtl : bounds.analytic;
    const double worst = summary.all.pair(p).worst_abs_error_pct;
    if (bound.has_value() && worst > *bound) {
      return fmt::format("{}: the worst error {:.4f} % is over the bound {} %", pair_title(p),
                         worst, *bound);
    }
  }
  return "";
}

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// How far the cycles of two backends are apart, over a grid and parts of it; as JSON and as a table
// (docs/validate.md).
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "study/validate/point.h"

namespace tercet {

/// One backend's cycles measured against another's.
enum class Pair { kSystemcVsRtl, kAnalyticVsSystemc, kAnalyticVsRtl };
constexpr std::array<Pair, 3> kPairs = {Pair::kSystemcVsRtl, Pair::kAnalyticVsSystemc,
                                        Pair::kAnalyticVsRtl};

const char* pair_name(Pair pair);   ///< "systemc_vs_rtl", as JSON has it
const char* pair_title(Pair pair);  ///< "SystemC vs RTL"

/// 100 x (first - second) / second; absent if one of them did not run. Compared is LAST_CYCLES, but
/// between SystemC and RTL with firmware all that the command took the host, start-up and
/// completion included: driver_cycles.
std::optional<double> error_pct(const PointResult& result, Pair pair);

struct PairSummary {
  uint64_t points = 0;       ///< with both backends
  uint64_t bytes_equal = 0;  ///< of these, with the reference's bytes on every simulator
  double mean_abs_error_pct = 0.0;
  double worst_abs_error_pct = 0.0;
};

/// Some of the points.
struct SetSummary {
  uint64_t points = 0;
  uint64_t bytes_equal = 0;
  uint64_t counters_equal = 0;       ///< of those with RTL
  uint64_t driver_cycles_equal = 0;  ///< of those with RTL
  uint64_t with_rtl = 0;
  std::array<PairSummary, kPairs.size()> pairs;

  const PairSummary& pair(Pair p) const { return pairs[static_cast<size_t>(p)]; }
};

/// Seconds that the backends took, together.
struct BackendSeconds {
  double rtl = 0.0;
  double systemc_with_rtl = 0.0;  ///< of the points that the RTL ran too
  double systemc = 0.0;
  double analytic = 0.0;
  double reference = 0.0;
};

struct Summary {
  SetSummary all;
  SetSummary tuning;
  SetSummary reporting;
  std::vector<std::pair<std::string, SetSummary>> machines;  ///< "tiny/ideal", in order
  BackendSeconds seconds;
};

Summary summarise(const std::vector<PointResult>& results);

/// The `count` points with the largest absolute error above 0, largest first.
std::vector<const PointResult*> worst_points(const std::vector<PointResult>& results, Pair pair,
                                             size_t count);

/// Largest absolute errors that are accepted, in percent.
struct Bounds {
  std::optional<double> systemc_vs_rtl;
  std::optional<double> analytic;  ///< against SystemC and against RTL
};

/// What is wrong, empty if nothing is: bytes that differ, or an error over its bound.
std::string verdict(const Summary& summary, const Bounds& bounds);

struct ValidationState {
  std::vector<std::string> grids;  ///< files, in order
  std::string control = "direct";  ///< or which firmware served the commands
  size_t points = 0;               ///< to do
  bool complete = false;           ///< all of them are done
  std::string stopped_by;          ///< why not
};

nlohmann::ordered_json validation_json(const ValidationState& state,
                                       const std::vector<PointResult>& results);

/// Summary, wall times, and the ten worst rows of each pair.
std::string validation_text(const ValidationState& state, const std::vector<PointResult>& results);

}  // namespace tercet

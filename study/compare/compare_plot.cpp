// SPDX-License-Identifier: Apache-2.0
// Energy ratios over sizes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "sim/dram/machine_memory.h"
#include "study/compare/compare.h"
#include "study/report/energy_report.h"
#include "study/report/line_plot.h"

namespace tercet {
namespace {

/// The values of one machine, batch, packing and level, by size; empty where there is no ratio.
PlotSeries series_of(const CompareOptions& options, const std::vector<ComparePoint>& points,
                     const std::string& config, int64_t batch, const std::string& packing,
                     EnergyLevel level) {
  PlotSeries series;
  series.name = fmt::format("{}, batch {}, {}", level_name(level), batch, packing);
  series.dashed = packing == "trit5";
  for (const std::string& shape : options.shapes) {
    for (const ComparePoint& p : points) {
      if (p.config != config || p.batch != batch || p.packing != packing || p.shape != shape) {
        continue;
      }
      const double ratio = energy_ratio(p.same_lanes.ledger, p.ours.ledger, level);
      if (std::isnan(ratio)) return {};
      series.values.push_back(ratio);
    }
  }
  return series;
}

/// All that the profile can tell of a machine. Arithmetic does not know packings, and batches only
/// through padding: one line for all.
PlotPanel panel_of(const CompareOptions& options, const std::vector<ComparePoint>& points,
                   const std::string& config) {
  PlotPanel panel;
  panel.title = config + " (" + machine_dram(options.memory, find_machine(config)).name + ")";
  std::vector<PlotSeries> all = {series_of(options, points, config, options.batches.front(),
                                           options.packings.front(), EnergyLevel::kArithmetic)};
  all.front().name = "arithmetic only, any batch and packing";
  all.front().dashed = false;
  for (const int64_t batch : options.batches) {
    for (const std::string& packing : options.packings) {
      all.push_back(series_of(options, points, config, batch, packing, EnergyLevel::kMemory));
    }
  }
  for (PlotSeries& series : all) {
    if (!series.values.empty()) panel.series.push_back(std::move(series));
  }
  return panel;
}

/// The ends of the axis: 1, 2 or 5 times a power of ten, below and above all values.
double step_below(double value) {
  const double decade = std::pow(10.0, std::floor(std::log10(value)));
  const double part = value / decade;
  return decade * (part >= 5.0 ? 5.0 : part >= 2.0 ? 2.0 : 1.0);
}
double step_above(double value) {
  const double decade = std::pow(10.0, std::floor(std::log10(value)));
  const double part = value / decade;
  return decade * (part < 2.0 ? 2.0 : part < 5.0 ? 5.0 : 10.0);
}

}  // namespace

std::string compare_svg(const CompareOptions& options, const std::vector<ComparePoint>& points) {
  LinePlot plot;
  plot.title = fmt::format("Energy of a step: {} machine / ternary machine, same array shape",
                           options.baseline == "fp16" ? "FP16" : "INT8");
  plot.note = fmt::format("profile {}, {:.1f} % zero weights, matrix products of all layers",
                          options.profile, 100.0 * options.zeros);
  plot.footnote = level_meanings(points.front().ours.ledger);
  std::replace(plot.footnote.begin(), plot.footnote.end(), '\n', ' ');
  plot.x_label = "model size";
  plot.y_label = "energy ratio, baseline / ternary";
  plot.categories = options.shapes;
  double highest = 0.0;
  double lowest = std::numeric_limits<double>::max();
  for (const std::string& config : options.configs) {
    plot.panels.push_back(panel_of(options, points, config));
    for (const PlotSeries& s : plot.panels.back().series) {
      highest = std::max(highest, *std::max_element(s.values.begin(), s.values.end()));
      lowest = std::min(lowest, *std::min_element(s.values.begin(), s.values.end()));
    }
  }
  if (highest == 0.0) {
    fail("--plot: profile {} gives no energy ratio to draw; the table names the rows it lacks",
         options.profile);
  }
  plot.low = step_below(lowest);
  plot.high = step_above(highest);
  return svg_of(plot);
}

}  // namespace tercet

// SPDX-License-Identifier: Apache-2.0
// Energy ratios over sizes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "compare_report.h"
#include "sim/report/line_plot.h"

namespace tercet {
namespace {

/// The values of one machine, batch, packing and level, by size.
PlotSeries series_of(const CompareOptions& options, const std::vector<ComparePoint>& points,
                     const std::string& config, int64_t batch, const std::string& packing,
                     EnergyLevel level) {
  PlotSeries series;
  series.name = fmt::format("{}, batch {}, {}", level_name(level), batch, packing);
  for (const std::string& shape : options.shapes) {
    for (const ComparePoint& p : points) {
      if (p.config == config && p.batch == batch && p.packing == packing && p.shape == shape) {
        series.values.push_back(energy_ratio(p.same_lanes, p.ours, level));
      }
    }
  }
  return series;
}

}  // namespace

std::string compare_svg(const CompareOptions& options, const std::vector<ComparePoint>& points) {
  LinePlot plot;
  plot.title = fmt::format("Energy of a step: {} machine / ternary machine, as many lanes",
                           options.baseline == "fp16" ? "FP16" : "INT8");
  plot.note = fmt::format("profile {}, {:.1f} % zero weights, matrix products of all layers",
                          options.profile, 100.0 * options.zeros);
  plot.x_label = "model size";
  plot.y_label = "energy ratio";
  plot.categories = options.shapes;
  double highest = 1.0;
  double lowest = 1.0;
  for (const std::string& config : options.configs) {
    PlotPanel panel;
    panel.title = config + " (" + find_machine(config).dram + ")";
    // Arithmetic does not know packings, and batches only through padding: one line for all.
    panel.series.push_back(series_of(options, points, config, options.batches.front(),
                                     options.packings.front(), EnergyLevel::kArithmetic));
    panel.series.back().name = "arithmetic only, any batch and packing";
    for (const int64_t batch : options.batches) {
      for (const std::string& packing : options.packings) {
        panel.series.push_back(
            series_of(options, points, config, batch, packing, EnergyLevel::kMemory));
        panel.series.back().dashed = packing == "trit5";
      }
    }
    for (const PlotSeries& s : panel.series) {
      for (const double value : s.values) {
        highest = std::max(highest, value);
        lowest = std::min(lowest, value);
      }
    }
    plot.panels.push_back(std::move(panel));
  }
  plot.high = std::pow(10.0, std::ceil(std::log10(highest * 1.01)));
  plot.low = std::pow(10.0, std::floor(std::log10(lowest)));
  return svg_of(plot);
}

}  // namespace tercet

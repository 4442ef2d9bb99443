// SPDX-License-Identifier: Apache-2.0
// Line plots with a logarithmic axis, as SVG.
#pragma once

#include <string>
#include <vector>

namespace tercet {

struct PlotSeries {
  std::string name;            ///< equal names have one colour and one entry in the legend
  std::vector<double> values;  ///< one a category, > 0
  bool dashed = false;
};

struct PlotPanel {
  std::string title;
  std::vector<PlotSeries> series;
};

/// Panels side by side with common axes; y is logarithmic from `low` to `high`, each 1, 2 or 5
/// times a power of ten.
struct LinePlot {
  std::string title;
  std::string note;      ///< below the title
  std::string footnote;  ///< below the legend
  std::string x_label;
  std::string y_label;
  std::vector<std::string> categories;
  double low = 1.0;
  double high = 100.0;
  std::vector<PlotPanel> panels;
};

/// Throws Error if a value is outside the axis or a series has not one a category.
std::string svg_of(const LinePlot& plot);

}  // namespace tercet

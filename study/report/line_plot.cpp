// SPDX-License-Identifier: Apache-2.0
// SVG elements by coordinates; no style sheet, so that any viewer shows it alike.
#include "study/report/line_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"

namespace tercet {
namespace {

constexpr double kPanelWidth = 430;
constexpr double kPanelHeight = 330;
constexpr double kLeft = 70;   // of a panel's axis
constexpr double kRight = 52;  // for the values at the end of the lines
constexpr double kTop = 96;
constexpr double kLegendRow = 20;
// Colour-blind safe (Okabe and Ito).
constexpr std::array<const char*, 7> kColours = {"#000000", "#0072b2", "#56b4e9", "#d55e00",
                                                 "#e69f00", "#009e73", "#cc79a7"};

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
  }
  return out;
}

std::string label(double x, double y, const std::string& text, const char* anchor, int size,
                  const char* colour = "#222222", const std::string& more = "") {
  return fmt::format(
      "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" font-size=\"{}\" "
      "fill=\"{}\"{}>{}</text>\n",
      x, y, anchor, size, colour, more, escaped(text));
}

std::string line(double x1, double y1, double x2, double y2, const char* colour, double width,
                 bool dashed = false) {
  return fmt::format(
      "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" "
      "stroke-width=\"{}\"{}/>\n",
      x1, y1, x2, y2, colour, width, dashed ? " stroke-dasharray=\"6 4\"" : "");
}

/// Three digits.
std::string value_text(double value) {
  constexpr double kHundred = 100.0;
  return value < kHundred ? fmt::format("{:#.3g}", value) : fmt::format("{:.0f}", value);
}

/// Draws a plot.
class Svg {
 public:
  explicit Svg(const LinePlot& plot) : plot_(plot) {
    for (const PlotPanel& panel : plot.panels) {
      for (const PlotSeries& s : panel.series) {
        if (std::find(names_.begin(), names_.end(), s.name) == names_.end())
          names_.push_back(s.name);
      }
    }
  }

  std::string text() {
    const double panels = std::max(2.0, static_cast<double>(plot_.panels.size()));  // for the text
    const double width = kPanelWidth * panels + 10;
    const double height =
        kTop + kPanelHeight + 68 + kLegendRow * static_cast<double>(names_.size() + 1);
    std::string out = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
        "viewBox=\"0 0 {0:.0f} {1:.0f}\" font-family=\"DejaVu Sans, Helvetica, Arial, "
        "sans-serif\">\n<rect width=\"{0:.0f}\" height=\"{1:.0f}\" fill=\"#ffffff\"/>\n",
        width, height);
    out += label(16, 26, plot_.title, "start", 17);
    out += label(16, 48, plot_.note, "start", 12, "#555555");
    for (size_t i = 0; i < plot_.panels.size(); ++i) {
      out += panel(plot_.panels[i], kPanelWidth * static_cast<double>(i));
    }
    return out + legend() + "</svg>\n";
  }

 private:
  double y_of(double value) const {
    const double part = std::log10(value / plot_.low) / std::log10(plot_.high / plot_.low);
    return kTop + kPanelHeight * (1.0 - part);
  }
  double x_of(size_t category) const {
    const double width = kPanelWidth - kLeft - kRight;
    return kLeft + width * (static_cast<double>(category) + 0.5) /
                       static_cast<double>(plot_.categories.size());
  }
  const char* colour(const std::string& name) const {
    const auto at = std::find(names_.begin(), names_.end(), name) - names_.begin();
    return kColours[static_cast<size_t>(at) % kColours.size()];
  }

  std::string axes(double x0) const {
    std::string out;
    const double right = x0 + kPanelWidth - kRight;
    const double first = std::pow(10.0, std::floor(std::log10(plot_.low)));
    for (double decade = first; decade < plot_.high * 1.001; decade *= 10) {
      for (const double step : {1.0, 2.0, 5.0}) {
        const double value = decade * step;
        if (value < plot_.low * 0.999 || value > plot_.high * 1.001) continue;
        out += line(x0 + kLeft, y_of(value), right, y_of(value),
                    step == 1.0 ? "#bbbbbb" : "#e6e6e6", 1);
        out += label(x0 + kLeft - 8, y_of(value) + 4, fmt::format("{:g}", value), "end", 12);
      }
    }
    for (size_t i = 0; i < plot_.categories.size(); ++i) {
      out += label(x0 + x_of(i), kTop + kPanelHeight + 18, plot_.categories[i], "middle", 12);
    }
    out += label(x0 + kLeft + (kPanelWidth - kLeft - kRight) / 2, kTop + kPanelHeight + 38,
                 plot_.x_label, "middle", 12);
    const double middle = kTop + kPanelHeight / 2;
    return out + label(x0 + 22, middle, plot_.y_label, "middle", 12, "#222222",
                       fmt::format(" transform=\"rotate(-90 {:.1f} {:.1f})\"", x0 + 22, middle));
  }

  /// Values stand at the ends of the lines, moved apart where they would overlap.
  std::string ends(const PlotPanel& panel, double x0) const {
    constexpr double kApart = 13;
    std::vector<std::pair<double, const PlotSeries*>> order;
    for (const PlotSeries& s : panel.series) order.emplace_back(y_of(s.values.back()), &s);
    std::sort(order.begin(), order.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    std::string out;
    double last = 0;
    for (const auto& [y, s] : order) {
      last = std::max(y, last + kApart);
      out += label(x0 + kPanelWidth - kRight + 6, last + 4, value_text(s->values.back()), "start",
                   11, colour(s->name));
    }
    return out;
  }

  std::string panel(const PlotPanel& panel, double x0) const {
    std::string out = axes(x0);
    out += label(x0 + kLeft + (kPanelWidth - kLeft - kRight) / 2, kTop - 12, panel.title, "middle",
                 14);
    for (const PlotSeries& s : panel.series) {
      if (s.values.size() != plot_.categories.size()) {
        fail("plot '{}': {} values for {} categories", s.name, s.values.size(),
             plot_.categories.size());
      }
      std::string points;
      std::string dots;
      for (size_t i = 0; i < s.values.size(); ++i) {
        const double value = s.values[i];
        if (!(value >= plot_.low && value <= plot_.high)) {
          fail("plot '{}': {} is outside {} to {}", s.name, value, plot_.low, plot_.high);
        }
        points += fmt::format("{:.1f},{:.1f} ", x0 + x_of(i), y_of(value));
        dots += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.2\" fill=\"{}\"/>\n",
                            x0 + x_of(i), y_of(value), colour(s.name));
      }
      out += fmt::format(
          "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"{}/>\n{}", points,
          colour(s.name), s.dashed ? " stroke-dasharray=\"6 4\"" : "", dots);
    }
    return out + ends(panel, x0);
  }

  std::string legend() const {
    std::string out;
    double y = kTop + kPanelHeight + 64;
    for (const std::string& name : names_) {
      bool dashed = false;
      for (const PlotPanel& panel : plot_.panels) {
        for (const PlotSeries& s : panel.series) dashed = dashed || (s.name == name && s.dashed);
      }
      out += line(kLeft, y - 4, kLeft + 36, y - 4, colour(name), 2, dashed);
      out += label(kLeft + 46, y, name, "start", 12);
      y += kLegendRow;
    }
    return out + label(16, y + 6, plot_.footnote, "start", 12, "#555555");
  }

  const LinePlot& plot_;
  std::vector<std::string> names_;
};

}  // namespace

std::string svg_of(const LinePlot& plot) { return Svg(plot).text(); }

}  // namespace tercet

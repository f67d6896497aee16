#include "windhover/report/line_chart.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "windhover/report/chart.hpp"
#include "windhover/report/svg.hpp"

namespace windhover::report {
namespace {

constexpr double width = 380;
constexpr double height = 260;
constexpr double left = 46;
constexpr double right = 12;
constexpr double top = 44;
constexpr double bottom = 40;
constexpr double not_there = std::numeric_limits<double>::quiet_NaN();

using Points = std::vector<std::pair<double, double>>;

struct Axes {
  Scale x;
  Scale y;
};

void draw_axes(Svg& svg, const LineChart& chart, const Axes& axes) {
  const double base = height - bottom;
  const auto y_marks = ticks(chart.y_range, 5);
  for (const double mark : y_marks) {
    svg.line(left, axes.y(mark), width - right, axes.y(mark), "grid");
    svg.text(left - 6, axes.y(mark) + 4, tick_text(mark, y_marks), "tick", Anchor::end);
  }
  const auto x_marks = ticks(chart.x_range, 5);
  if (chart.x_names.empty()) {
    for (const double mark : x_marks)
      svg.text(axes.x(mark), base + 15, tick_text(mark, x_marks), "tick", Anchor::middle);
  }
  for (const auto& [mark, name] : chart.x_names)
    svg.text(axes.x(mark), base + 15, name, "tick", Anchor::middle);
  svg.line(left, base, width - right, base, "baseline");
  svg.text((left + width - right) / 2, base + 32, chart.x_axis, "axis", Anchor::middle);
  svg.text(left - 38, top - 10, chart.y_axis, "axis");
}

void draw_reference(Svg& svg, const LineChart& chart, const Axes& axes) {
  if (!chart.reference || !std::isfinite(*chart.reference)) return;
  const double y = axes.y(*chart.reference);
  svg.line(left, y, width - right, y, "reference");
  svg.text(width - right, y - 4, chart.reference_label, "tick", Anchor::end);
}

void draw_band(Svg& svg, const Line& line, const Axes& axes) {
  Points upper;
  Points lower;
  for (std::size_t i = 0; i < line.x.size(); ++i) {
    if (!line.band[i]) continue;
    upper.emplace_back(axes.x(line.x[i]), axes.y(line.band[i]->upper));
    lower.emplace_back(axes.x(line.x[i]), axes.y(line.band[i]->lower));
  }
  svg.band(upper, lower, "band " + series_class(line.series));
}

void draw_whiskers(Svg& svg, const Line& line, const Axes& axes) {
  for (std::size_t i = 0; i < line.x.size(); ++i) {
    if (!line.band[i]) continue;
    const double x = axes.x(line.x[i]);
    svg.line(x, axes.y(line.band[i]->lower), x, axes.y(line.band[i]->upper),
             "interval " + series_class(line.series));
  }
}

void draw_seeds(Svg& svg, const Line& line, const Axes& axes, bool as_lines) {
  std::size_t most = 0;
  for (const auto& seeds : line.seeds) most = std::max(most, seeds.size());
  for (std::size_t seed = 0; seed < most; ++seed) {
    Points points;
    for (std::size_t i = 0; i < line.x.size(); ++i) {
      const double value = seed < line.seeds[i].size() ? line.seeds[i][seed] : not_there;
      points.emplace_back(axes.x(line.x[i]), axes.y(value));
    }
    if (as_lines) {
      svg.polyline(points, "seedline " + series_class(line.series));
    } else {
      for (const auto& [x, y] : points)
        svg.marker(line.series, x, y, 1.8, "seed " + series_class(line.series));
    }
  }
}

void draw_mean(Svg& svg, const Line& line, const Axes& axes) {
  Points points;
  for (std::size_t i = 0; i < line.x.size(); ++i)
    points.emplace_back(axes.x(line.x[i]), axes.y(line.mean[i]));
  const auto series = series_class(line.series);
  svg.polyline(points, "curve " + series);
  for (std::size_t i = 0; i < line.hollow.size(); ++i) {
    svg.marker(line.series, points[i].first, points[i].second, 4,
               (line.hollow[i] ? "hollow " : "mean ") + series);
  }
}

}  // namespace

std::string draw(const LineChart& chart) {
  const Axes axes{.x = Scale(chart.x_range, left, width - right),
                  .y = Scale(chart.y_range, height - bottom, top)};
  Svg svg(width, height, chart.id, chart.title, chart.description);
  svg.text(left - 38, 16, chart.title, "panel");
  draw_axes(svg, chart, axes);
  draw_reference(svg, chart, axes);
  for (const auto& line : chart.lines) {
    if (chart.whiskers) {
      draw_whiskers(svg, line, axes);
    } else {
      draw_band(svg, line, axes);
    }
  }
  for (const auto& line : chart.lines) draw_seeds(svg, line, axes, chart.seeds_as_lines);
  for (const auto& line : chart.lines) draw_mean(svg, line, axes);
  return svg.finish();
}

}  // namespace windhover::report

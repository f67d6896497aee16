#include "windhover/report/line_chart.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

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

using Positions = std::vector<std::pair<double, double>>;

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

void draw_references(Svg& svg, const LineChart& chart, const Axes& axes) {
  for (const auto& reference : chart.references) {
    if (!std::isfinite(reference.value)) continue;
    const double y = axes.y(reference.value);
    svg.line(left, y, width - right, y, "reference");
    svg.text(width - right, y - 4, reference.label, "tick", Anchor::end);
  }
}

void draw_band(Svg& svg, const Line& line, const Axes& axes) {
  Positions upper;
  Positions lower;
  for (const auto& point : line.points) {
    const auto* range = point.measured.interval.range();
    if (range == nullptr) continue;
    upper.emplace_back(axes.x(point.x), axes.y(range->upper));
    lower.emplace_back(axes.x(point.x), axes.y(range->lower));
  }
  svg.band(upper, lower, "band " + series_class(line.series));
}

void draw_whiskers(Svg& svg, const Line& line, const Axes& axes) {
  for (const auto& point : line.points) {
    const auto* range = point.measured.interval.range();
    if (range == nullptr) continue;
    svg.line(axes.x(point.x), axes.y(range->lower), axes.x(point.x), axes.y(range->upper),
             "interval " + series_class(line.series));
  }
}

void draw_seed_lines(Svg& svg, const Line& line, const Axes& axes) {
  std::size_t most = 0;
  for (const auto& point : line.points) most = std::max(most, point.measured.seeds.size());
  for (std::size_t seed = 0; seed < most; ++seed) {
    Positions path;
    for (const auto& point : line.points) {
      const auto& seeds = point.measured.seeds;
      path.emplace_back(axes.x(point.x), axes.y(seed < seeds.size() ? seeds[seed].number() : not_there));
    }
    svg.polyline(path, "seedline " + series_class(line.series));
  }
}

void draw_seed_points(Svg& svg, const Line& line, const Axes& axes, const LineChart& chart) {
  const double beside = chart.whiskers ? 5 : 0;  // so that the bar hides no seed
  for (const auto& point : line.points) {
    const auto& seeds = point.measured.seeds;
    for (std::size_t i = 0; i < seeds.size(); ++i) {
      svg.marker(line.series, axes.x(point.x) + beside, axes.y(seeds[i].number()), 1.8,
                 "seed " + series_class(line.series), seed_text(point.name, point.measured, i, chart.points));
    }
  }
}

/// A point without a mark can still be pointed at.
void draw_mean(Svg& svg, const Line& line, const Axes& axes) {
  const auto series = series_class(line.series);
  Positions path;
  for (const auto& point : line.points)
    path.emplace_back(axes.x(point.x), axes.y(point.measured.value.number()));
  svg.polyline(path, "curve " + series);
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto& point = line.points[i];
    const char* look = point.mark == PointMark::none     ? "hit "
                       : point.mark == PointMark::filled ? "mean "
                                                         : "hollow ";
    svg.marker(line.series, path[i].first, path[i].second, 4, look + series,
               mark_text(point.name, point.measured));
  }
}

}  // namespace

std::string draw(const LineChart& chart) {
  const Axes axes{.x = Scale(chart.x_range, left, width - right),
                  .y = Scale(chart.y_range, height - bottom, top)};
  Svg svg(width, height, chart.id, chart.title, chart.description);
  svg.text(left - 38, 16, chart.title, "panel");
  draw_axes(svg, chart, axes);
  draw_references(svg, chart, axes);
  for (const auto& line : chart.lines) {
    if (chart.whiskers) {
      draw_whiskers(svg, line, axes);
    } else {
      draw_band(svg, line, axes);
    }
  }
  if (chart.seeds_as_lines) {
    for (const auto& line : chart.lines) draw_seed_lines(svg, line, axes);
  }
  for (const auto& line : chart.lines) draw_mean(svg, line, axes);
  if (!chart.seeds_as_lines) {
    for (const auto& line : chart.lines) draw_seed_points(svg, line, axes, chart);
  }
  return svg.finish();
}

}  // namespace windhover::report

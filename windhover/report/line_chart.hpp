#pragma once

#include <string>
#include <vector>

#include "windhover/report/chart.hpp"

namespace windhover::report {

/// How the mean of a point is marked.
enum class PointMark { none, filled, hollow };

struct Point {
  double x = 0;
  std::string name = {};  ///< of the point, for who points at it
  Measured measured = {};
  PointMark mark = PointMark::none;
};

/// A mean over x with its interval, and every seed.
struct Line {
  std::size_t series = 0;
  std::vector<Point> points = {};
};

/// A horizontal line; one whose value is not finite is not drawn.
struct ReferenceLine {
  double value = 0;
  std::string label = {};
};

struct LineChart {
  std::string id = {};
  std::string title = {};
  std::string description = {};
  std::string x_axis = {};
  std::string y_axis = {};
  std::vector<Line> lines = {};
  Range x_range = {};
  Range y_range = {};
  std::vector<std::pair<double, std::string>> x_names = {};  ///< ticks with words; empty for numbers
  std::vector<ReferenceLine> references = {};
  PointNames points = {};
  bool seeds_as_lines = false;  ///< else as points
  bool whiskers = false;        ///< intervals as bars, for x that is no number; else as bands
};

[[nodiscard]] std::string draw(const LineChart& chart);

}  // namespace windhover::report

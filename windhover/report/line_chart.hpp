#pragma once

#include <optional>
#include <string>
#include <vector>

#include "windhover/report/table.hpp"

namespace windhover::report {

/// A mean over x with its band, and every seed.
struct Line {
  std::size_t series = 0;
  std::vector<double> x = {};
  std::vector<double> mean = {};
  std::vector<std::optional<Range>> band = {};
  std::vector<std::vector<double>> seeds = {};  ///< [x][seed]
  std::vector<bool> hollow = {};  ///< [x]: marker without filling; empty draws no markers on the mean
};

struct LineChart {
  std::string id;
  std::string title = {};
  std::string description = {};
  std::string x_axis = {};
  std::string y_axis = {};
  std::vector<Line> lines = {};
  Range x_range = {};
  Range y_range = {};
  std::vector<std::pair<double, std::string>> x_names = {};  ///< ticks with words; empty for numbers
  std::optional<double> reference = {};                      ///< a horizontal line
  std::string reference_label = {};
  bool seeds_as_lines = false;  ///< else as points
  bool whiskers = false;        ///< intervals as bars, for x that is no number; else as bands
};

[[nodiscard]] std::string draw(const LineChart& chart);

}  // namespace windhover::report

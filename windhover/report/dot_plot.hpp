#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "windhover/report/table.hpp"

namespace windhover::report {

/// One row: a mean with its interval, and every seed as a point.
struct DotRow {
  std::string label = {};
  double value = std::numeric_limits<double>::quiet_NaN();
  std::optional<Range> interval = {};
  std::vector<double> seeds = {};
  std::size_t series = 0;
  bool hollow = false;  ///< for what is no learner
};

struct DotPlot {
  std::string id;
  std::string title = {};
  std::string description = {};
  std::string axis = {};                 ///< what the axis shows
  std::vector<DotRow> rows = {};         ///< neighbours with equal labels share the label
  Range range = {};                      ///< of the axis
  std::optional<double> reference = {};  ///< a vertical line
  std::string reference_label = {};
  bool labels_beside = false;
};

/// A horizontal dot plot. Labels stand above their rows, so that names of any length fit a narrow page; or
/// beside them if `labels_beside`, for many rows with short names.
[[nodiscard]] std::string draw(const DotPlot& plot);

}  // namespace windhover::report

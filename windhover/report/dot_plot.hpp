#pragma once

#include <optional>
#include <string>
#include <vector>

#include "windhover/report/chart.hpp"

namespace windhover::report {

/// One row: a mean with its interval, and every seed as a point.
struct DotRow {
  std::string label = {};
  std::string name = {};  ///< who it is about, for who points at a mark
  Measured measured = {};
  std::size_t series = 0;
  std::string note = {};  ///< at the right end of the row
  bool hollow = false;    ///< for what is no learner
};

struct DotPlot {
  std::string id = {};
  std::string title = {};
  std::string description = {};
  std::string axis = {};                 ///< what the axis shows
  std::vector<DotRow> rows = {};         ///< neighbours with equal labels share the label
  Range range = {};                      ///< of the axis
  std::optional<double> reference = {};  ///< a vertical line
  std::string reference_label = {};
  std::optional<double> noise = {};  ///< half the width of a grey band around 0
  PointNames points = {};
};

/// A horizontal dot plot. Labels stand left of the plot, in as many lines as they take.
[[nodiscard]] std::string draw(const DotPlot& plot);

}  // namespace windhover::report

#pragma once

#include <string>
#include <vector>

namespace windhover::report {

/// One measure over two factors.
struct HeatMap {
  std::string id = {};
  std::string title = {};
  std::string description = {};
  std::vector<std::string> row_names = {};
  std::vector<std::string> column_names = {};
  std::vector<std::vector<double>> values = {};  ///< [row][column]; NaN is drawn empty
  int decimals = 2;
};

/// The larger a value within its map, the stronger its tint; the value is written in each field.
[[nodiscard]] std::string draw(const HeatMap& map);

}  // namespace windhover::report

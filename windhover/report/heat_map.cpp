#include "windhover/report/heat_map.hpp"

#include <algorithm>
#include <cmath>

#include "windhover/report/chart.hpp"
#include "windhover/report/svg.hpp"

namespace windhover::report {
namespace {

constexpr double field_width = 104;
constexpr double field_height = 52;
constexpr double top = 48;
constexpr double margin = 10;
constexpr double name_width = 96;  ///< left of the fields
constexpr double left = margin + name_width;
constexpr double gap = 4;

double strength(double value, const Range& range) {
  constexpr double faintest = 0.08;
  constexpr double strongest = 0.55;
  if (!(range.upper > range.lower)) return faintest;
  return faintest + (strongest - faintest) * (value - range.lower) / (range.upper - range.lower);
}

Range range_of(const HeatMap& map) {
  Range range{.lower = INFINITY, .upper = -INFINITY};
  for (const auto& row : map.values) {
    for (const double value : row) {
      if (!std::isfinite(value)) continue;
      range = {.lower = std::min(range.lower, value), .upper = std::max(range.upper, value)};
    }
  }
  return range;
}

}  // namespace

std::string draw(const HeatMap& map) {
  const double columns = static_cast<double>(map.column_names.size());
  const double rows = static_cast<double>(map.row_names.size());
  const Range range = range_of(map);
  Svg svg(left + columns * field_width + margin, top + rows * (field_height + gap) + 8, map.id, map.title,
          map.description);
  svg.text(margin, 16, map.title, "panel");
  for (std::size_t column = 0; column < map.column_names.size(); ++column) {
    svg.text(left + (static_cast<double>(column) + 0.5) * field_width, top - 10, map.column_names[column],
             "tick", Anchor::middle);
  }
  for (std::size_t row = 0; row < map.row_names.size(); ++row) {
    const double y = top + static_cast<double>(row) * (field_height + gap);
    svg.text(margin, y + field_height / 2 + 4, map.row_names[row], "tick");
    for (std::size_t column = 0; column < map.column_names.size(); ++column) {
      const double value = map.values[row][column];
      const double x = left + static_cast<double>(column) * field_width;
      const double opacity = std::isfinite(value) ? strength(value, range) : 0;
      svg.rectangle(x + 1, y, field_width - 2, field_height - 2, "field", opacity);
      svg.text(x + field_width / 2, y + field_height / 2 + 4,
               cell_text({.head = {}, .decimals = map.decimals}, value), "value", Anchor::middle);
    }
  }
  return svg.finish();
}

}  // namespace windhover::report

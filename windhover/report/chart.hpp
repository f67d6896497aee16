#pragma once

#include <string>
#include <vector>

#include "windhover/report/table.hpp"

namespace windhover::report {

/// A stretch of numbers, and where on the drawing it goes.
class Scale {
 public:
  Scale(Range numbers, double first_pixel, double last_pixel)
      : numbers_(numbers), first_(first_pixel), last_(last_pixel) {}

  [[nodiscard]] double operator()(double value) const {
    return first_ + (value - numbers_.lower) / (numbers_.upper - numbers_.lower) * (last_ - first_);
  }

 private:
  Range numbers_;
  double first_;
  double last_;
};

/// Collects the numbers that a drawing must hold; those that are not finite are left out.
class Extent {
 public:
  void add(double value);
  void add(const std::vector<double>& values);

  /// With 4 % of room on both sides, never empty: 0 .. 1 if nothing was added.
  [[nodiscard]] Range padded() const;

 private:
  bool any_ = false;
  Range range_;
};

/// Round numbers within the range, about `count` of them.
[[nodiscard]] std::vector<double> ticks(Range range, int count);

/// As few decimals as tell ticks apart.
[[nodiscard]] std::string tick_text(double value, const std::vector<double>& all);

/// What a colour and a shape mean.
struct LegendItem {
  std::string label;
  std::size_t series = 0;
  std::string classes = {};  ///< further classes of the marker: "hollow"
};

/// One figure: panels that flow side by side as far as the page is wide, and the numbers they show.
struct Figure {
  std::string id;
  std::string title;  ///< "Figure 3. ..."
  std::string caption = {};
  std::vector<LegendItem> legend = {};
  std::vector<std::string> panels = {};  ///< SVG
  bool small_panels = false;
  Table data = {};
};

}  // namespace windhover::report

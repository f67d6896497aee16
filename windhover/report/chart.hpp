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

/// What one mark shows: an estimate with its interval, and every seed.
struct Measured {
  Cell value = {};
  Cell interval = {};            ///< a range, or nothing
  std::vector<Cell> seeds = {};  ///< in the order of the study's seeds; nothing where there is none
};

/// What the single points of a mark are: seeds, or the cells of a sweep.
struct PointNames {
  std::string what = "seed";
  std::vector<std::string> names = {};
};

/// "gru+ln, A3C: 92.63 [78.66, 106.60]", what a mark says when it is pointed at.
[[nodiscard]] std::string mark_text(const std::string& name, const Measured& measured);

/// "gru+ln, A3C, seed 42: 93.71" of one of its seeds.
[[nodiscard]] std::string seed_text(const std::string& name, const Measured& measured, std::size_t seed,
                                    const PointNames& points);

/// Collects the numbers that a drawing must hold; those that are not finite are left out.
class Extent {
 public:
  void add(double value);
  void add(const Range& range);
  /// The estimate, the interval and the seeds.
  void add(const Measured& measured);

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

/// One drawing of a figure.
struct Panel {
  std::string svg;
  std::string actions = {};  ///< the choice of actions it is about; empty if about both or none
};

/// One figure: panels that flow side by side as far as the page is wide, and the numbers they show.
struct Figure {
  std::string id;
  std::string title;        ///< "Scores by cell and arm."
  std::string number = {};  ///< "Figure 3", once the document is whole
  std::string caption = {};
  std::vector<LegendItem> legend = {};
  std::vector<Panel> panels = {};
  bool small_panels = false;
  std::string actions = {};  ///< the choice of actions all of it is about; empty if about both or none
  Table data = {};
};

}  // namespace windhover::report

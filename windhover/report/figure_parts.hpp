#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "windhover/analysis/results/results.hpp"
#include "windhover/report/chart.hpp"
#include "windhover/report/dot_plot.hpp"
#include "windhover/report/line_chart.hpp"
#include "windhover/report/results_view.hpp"

/// What the figures have in common.
namespace windhover::report {

using analysis::Results;

/// The series of whatever is about the difference of two arms, and of what is no learner.
inline constexpr std::size_t gap_series = 3;
inline constexpr std::size_t simple_series = 4;
inline constexpr std::size_t bound_series = 5;

/// Figures with a row or a panel a cell are left out of larger designs: nobody reads them, and a page would
/// hold hundreds. Their numbers stand in tables/.
inline constexpr std::size_t most_cells_drawn = 16;

/// One item an arm, in the study's order: an arm has the same colour and shape in every figure.
[[nodiscard]] std::vector<LegendItem> arm_legend(const Results& results);
[[nodiscard]] std::size_t series_of(const Results& results, const std::string& arm);

/// "42", "123", ... of the study's seeds.
[[nodiscard]] std::vector<std::string> seed_names(const Results& results);

/// `values` belong to `seeds`, which finished, in the study's order; comes back with one cell a seed of the
/// study, nothing where there is none.
[[nodiscard]] std::vector<Cell> seed_cells(const Results& results, const std::vector<std::uint64_t>& seeds,
                                           const std::vector<double>& values);

/// The seed-level mean of scores, and the difference of two arms, each with interval and seeds.
[[nodiscard]] Measured measured_mean(const Results& results, const analysis::ArmScores& scores);
[[nodiscard]] Measured measured_gap(const Results& results, const analysis::Gap& gap);

/// The random policy's score, if the study knows it and it is the same in every cell.
[[nodiscard]] std::optional<double> random_score(const Results& results);

/// "RNN on".
[[nodiscard]] std::string level_name(const analysis::FactorLevels& factor, const record::Level& level);

[[nodiscard]] Column label(const char* head);

/// The data table that stands below a figure: the labels, then estimate, interval and, if wanted, a column a
/// seed. Everything a builder draws goes into it, so that figure and table can not diverge.
enum class SeedColumns { none, all };
[[nodiscard]] Table data_table(const Results& results, const std::string& id, std::vector<Column> labels,
                               const char* estimate, SeedColumns seeds);

/// A figure of dot plots with one common axis.
class DotFigure {
 public:
  DotFigure(const Results& results, Figure figure) : results_(results), figure_(std::move(figure)) {}

  /// Further rows go into this plot.
  void begin(DotPlot plot, ActionChoice actions);
  /// What the small marks of this plot are, if not the study's seeds.
  void name_points(std::string what, std::vector<std::string> names);
  void add(DotRow row, std::vector<Cell> labels);
  [[nodiscard]] Figure finish();

 private:
  const Results& results_;
  Figure figure_;
  std::vector<std::pair<DotPlot, ActionChoice>> plots_;
};

/// A figure of line charts. Its axes are common unless each chart has its own.
class LineFigure {
 public:
  LineFigure(const Results& results, Figure figure) : results_(results), figure_(std::move(figure)) {}

  /// The chart of that title; made like `pattern` where it is not there yet.
  LineChart& chart(const std::string& title, const LineChart& pattern);
  /// Every point with the labels of its row in the data table.
  void add(LineChart& chart, Line line, const std::vector<std::vector<Cell>>& labels);
  [[nodiscard]] Figure finish(bool common_axes);

 private:
  const Results& results_;
  Figure figure_;
  std::vector<LineChart> charts_;
};

}  // namespace windhover::report

#include <algorithm>
#include <cmath>

#include "windhover/analysis/wording.hpp"
#include "windhover/report/figure_parts.hpp"
#include "windhover/report/figures.hpp"

namespace windhover::report {
namespace {

/// By linear interpolation between the sorted values (type 7 of Hyndman and Fan 1996).
double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const auto above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

/// The scores of the cells with a level: their median, quartiles, and each of them at the cell's place.
struct Spread {
  std::vector<double> sorted = {};
  std::vector<Cell> cells = {};

  [[nodiscard]] Measured measured() const {
    return {.value = quantile(sorted, 0.5),
            .interval = Range{.lower = quantile(sorted, 0.25), .upper = quantile(sorted, 0.75)},
            .seeds = cells};
  }
};

Spread spread_of(const Results& results, const std::string& factor, const record::Level& level,
                 const std::string& arm, ActionChoice actions) {
  Spread spread;
  for (const auto& cell : results.cells) {
    const double& mean = cell.arms.at(arm).scores[actions].seed_level.mean;
    const bool counts = level_of(cell, factor) == level && std::isfinite(mean);
    spread.cells.push_back(counts ? number_cell(mean) : Cell());
    if (counts) spread.sorted.push_back(mean);
  }
  std::ranges::sort(spread.sorted);
  return spread;
}

}  // namespace

Figure sweep_figure(const Results& results) {
  DotFigure figure(
      results, {.id = "figure-sweep",
                .title = "Scores by level.",
                .caption = "Every cell with a level is a small mark. Large marks with bars: median and "
                           "quartiles over these cells; what the other factors do is in the spread.",
                .legend = arm_legend(results),
                .data = data_table(results, "data-sweep", {label("Actions"), label("Level"), label("Arm")},
                                   "Median", SeedColumns::none)});
  if (results.cells.size() <= most_cells_drawn) return {};
  std::vector<std::string> ids;
  for (const auto& cell : results.cells) ids.push_back(cell.id);
  for (const auto actions : actions_in_order(results)) {
    figure.begin({.id = "sweep-" + name_of(actions),
                  .title = "Score, " + actions_label(actions),
                  .description = "Scores of the cells with each level; the numbers are in the table below.",
                  .axis = score_axis,
                  .reference = random_score(results),
                  .reference_label = "random"},
                 actions);
    figure.name_points("cell", ids);
    for (const auto& factor : results.factors) {
      for (const auto& level : factor.levels) {
        for (const auto& arm : results.arms) {
          const auto spread = spread_of(results, factor.name, level, arm, actions);
          if (spread.sorted.empty()) continue;
          const auto name = level_name(factor, level);
          figure.add({.label = name,
                      .name = fmt::format("{}, {}", name, analysis::arm_label(arm)),
                      .measured = spread.measured(),
                      .series = series_of(results, arm)},
                     {name_of(actions), name, analysis::arm_label(arm)});
        }
      }
    }
  }
  return figure.finish();
}

}  // namespace windhover::report

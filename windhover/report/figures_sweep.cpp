#include <cmath>

#include "windhover/analysis/wording.hpp"
#include "windhover/report/figure_parts.hpp"
#include "windhover/report/figures.hpp"
#include "windhover/stats/tail.hpp"

namespace windhover::report {
namespace {

/// The scores of the cells with a level: their median, quartiles, and each of them at the cell's place.
struct Spread {
  std::vector<double> scores = {};
  std::vector<Cell> cells = {};

  /// Of one score at least.
  [[nodiscard]] Measured measured() const {
    const auto quantile = [&](double share) { return stats::quantile_type_7(scores, share).value(); };
    return {.value = quantile(0.5),
            .interval = Range{.lower = quantile(0.25), .upper = quantile(0.75)},
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
    if (counts) spread.scores.push_back(mean);
  }
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
          if (spread.scores.empty()) continue;
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

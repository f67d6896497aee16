#include <algorithm>

#include "windhover/analysis/wording.hpp"
#include "windhover/report/figure_parts.hpp"
#include "windhover/report/figures.hpp"

namespace windhover::report {
namespace {

using analysis::arm_label;

template <class Curve>
std::string curve_name(const Curve& curve) {
  return fmt::format("{}, {}", curve.cell, arm_label(curve.arm));
}

template <class Curve>
std::vector<Cell> point_labels(const Curve& curve, Cell x) {
  return {curve.cell, arm_label(curve.arm), std::move(x)};
}

template <class Point>
Measured measured_point(const Point& point) {
  Measured measured{.value = number_cell(point.mean), .interval = range_cell(point.ci95)};
  for (const auto& value : point.seed_values) measured.seeds.push_back(number_cell(value));
  return measured;
}

/// A chart for every cell, in the order of the cells, so that figures look alike even where a cell has no
/// runs.
void add_cell_charts(LineFigure& figure, const Results& results, LineChart pattern, const std::string& what) {
  for (const auto& cell : results.cells) {
    const auto id = cell.id;
    pattern.description =
        fmt::format("{} in cell {}; the numbers are in the table below the figure.", what, id);
    figure.chart(id, pattern);
  }
}

template <class Curve>
LineChart& cell_chart(LineFigure& figure, const Curve& curve) {
  return figure.chart(curve.cell, {});
}

/// The element, or nothing where there is none.
Cell element_cell(const std::vector<double>& list, std::size_t index) {
  return index < list.size() ? number_cell(list[index]) : Cell();
}

/// The interval of a share, or nothing.
Cell band_cell(const analysis::ProfileCurve& curve, std::size_t index) {
  if (!curve.lower || !curve.upper || index >= curve.lower->size() || index >= curve.upper->size()) return {};
  return ends_cell((*curve.lower)[index], (*curve.upper)[index]);
}

/// The upper bound against the condition, in every cell's chart.
void add_bounds(LineFigure& figure, const Results& results) {
  for (const auto& cell : results.cells) {
    const auto id = cell.id;
    Line line{.series = bound_series};
    std::vector<std::vector<Cell>> labels;
    const auto& bound = results.policies.of_cell(id).upper_bound;
    if (!bound) continue;
    for (const auto& score : bound->conditions) {
      line.points.push_back(
          {.x = score.condition,
           .name = fmt::format("{}, {} at {}", id, bound->name, condition_value(results, score.condition)),
           .measured = {.value = number_cell(score.mean),
                        .interval = normal_interval(score.mean, score.standard_error)}});
      labels.push_back({id, bound->name, number_cell(score.condition)});
    }
    if (!line.points.empty()) figure.add(figure.chart(id, {}), std::move(line), labels);
  }
}

}  // namespace

Figure velocity_figure(const Results& results, ActionChoice actions) {
  Figure head{
      .id = "figure-velocity-" + name_of(actions),
      .title = fmt::format("Score against {}.", condition_label(results)),
      .caption =
          "Filled marks: conditions that were trained; open marks: unseen ones. Bands: 95 % t intervals "
          "over seeds; small marks: seeds.",
      .legend = arm_legend(results),
      .actions = name_of(actions),
      .data = data_table(results, "data-velocity-" + name_of(actions),
                         {label("Cell"), label("Arm"), {.head = condition_head(results), .decimals = 0}},
                         "Mean", SeedColumns::all)};
  if (results.conditions.size() < 2 || results.cells.size() > most_cells_drawn) return head;
  const auto* bound = upper_bound_of(results);
  if (bound != nullptr) {
    head.legend.push_back({.label = bound->name, .series = bound_series, .classes = "hollow"});
    head.caption += " The line without marks: the upper bound, with 1.96 standard errors over episodes.";
  }
  LineFigure figure(results, std::move(head));
  LineChart pattern{.x_axis = condition_axis(results), .y_axis = score_axis};
  if (const auto random = random_score(results)) pattern.references = {{*random, "random"}};
  add_cell_charts(figure, results, pattern, "Score against " + condition_label(results));
  for (const auto& curve : results.velocity_curves) {
    if (curve.actions != actions) continue;
    Line line{.series = series_of(results, curve.arm)};
    std::vector<std::vector<Cell>> labels;
    for (const auto& point : curve.points) {
      const auto condition = number_cell(point.condition);
      line.points.push_back(
          {.x = condition.number(),
           .name = fmt::format("{} at {}", curve_name(curve), condition_value(results, condition.number())),
           .measured = measured_point(point),
           .mark = point.trained ? PointMark::filled : PointMark::hollow});
      labels.push_back(point_labels(curve, condition));
    }
    figure.add(cell_chart(figure, curve), std::move(line), labels);
  }
  if (bound != nullptr) add_bounds(figure, results);
  return figure.finish(true);
}

Figure profile_figure(const Results& results, ActionChoice actions) {
  const auto& profiles = results.performance_profiles;
  Figure head{
      .id = "figure-profiles-" + name_of(actions),
      .title = "Performance profiles.",
      .legend = arm_legend(results),
      .actions = name_of(actions),
      .data = data_table(results, "data-profiles-" + name_of(actions),
                         {label("Cell"), label("Arm"), {.head = "Score above"}}, "Share", SeedColumns::none)};
  head.caption = profiles.rule +
                 " A curve further right and up is better; where bands overlap, the order is not settled.";
  if (results.cells.size() > most_cells_drawn) return head;
  LineFigure figure(results, std::move(head));
  add_cell_charts(figure, results, {.x_axis = score_axis, .y_axis = "share of scores above"},
                  "Share of scores above each level");
  const auto& taus = profiles.taus;
  for (const auto& curve : profiles.curves) {
    if (curve.actions != actions) continue;
    Line line{.series = series_of(results, curve.arm)};
    std::vector<std::vector<Cell>> labels;
    for (std::size_t i = 0; i < taus.size(); ++i) {
      const auto tau = number_cell(taus.at(i));
      line.points.push_back(
          {.x = tau.number(),
           .name = fmt::format("{}, scores above {:.4g}", curve_name(curve), tau.number()),
           .measured = {.value = element_cell(curve.shares, i), .interval = band_cell(curve, i)}});
      labels.push_back(point_labels(curve, tau));
    }
    figure.add(cell_chart(figure, curve), std::move(line), labels);
  }
  return figure.finish(true);
}

}  // namespace windhover::report

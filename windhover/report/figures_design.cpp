#include <algorithm>
#include <functional>

#include "windhover/analysis/wording.hpp"
#include "windhover/report/figure_parts.hpp"
#include "windhover/report/figures.hpp"
#include "windhover/report/heat_map.hpp"

namespace windhover::report {
namespace {

using analysis::arm_label;
using analysis::factor_label;
using analysis::level_label;

const analysis::CellResults& cell_at(const Results& results, const record::Level& first_level,
                                     const record::Level& second_level) {
  const auto first = results.factors.at(0).name;
  const auto second = results.factors.at(1).name;
  const auto& cells = results.cells;
  const auto found = std::ranges::find_if(cells, [&](const analysis::CellResults& cell) {
    return level_of(cell, first) == first_level && level_of(cell, second) == second_level;
  });
  return found == cells.end() ? cells.at(0) : *found;
}

/// A number of a cell that can be mapped or drawn over the factors.
struct Measure {
  std::string name;
  int decimals = 2;
  std::function<const double&(const analysis::CellResults& cell)> value;
};

std::vector<Measure> mapped_measures(const Results& results, ActionChoice actions) {
  std::vector<Measure> measures;
  if (!gap_arms_of(results).empty()) {
    measures.push_back({.name = "Gap, %",
                        .decimals = 1,
                        .value = [actions](const analysis::CellResults& cell) -> const double& {
                          return cell.gap.value().gaps[actions].percent;
                        }});
  }
  using analysis::ArmScores;
  for (const auto& [member, name, decimals] :
       {std::tuple{&ArmScores::mean, "mean", 2}, std::tuple{&ArmScores::cv, "CV", 3},
        std::tuple{&ArmScores::worst, "worst", 2}}) {
    for (const auto& arm : shown_arms(results)) {
      measures.push_back(
          {.name = fmt::format("{} {}", arm_label(arm), name),
           .decimals = decimals,
           .value = [actions, arm, member = member](const analysis::CellResults& cell) -> const double& {
             return cell.arms.at(arm).scores[actions].*member;
           }});
    }
  }
  return measures;
}

HeatMap heat_map(const Results& results, const Measure& measure, const std::string& id) {
  const auto& rows = results.factors.at(0);
  const auto& columns = results.factors.at(1);
  HeatMap map{.id = id, .title = measure.name, .decimals = measure.decimals};
  for (const auto& level : columns.levels) map.column_names.push_back(level_name(columns, level));
  for (const auto& row : rows.levels) {
    map.row_names.push_back(level_name(rows, row));
    map.values.emplace_back();
    for (const auto& column : columns.levels) {
      map.values.back().push_back(measure.value(cell_at(results, row, column)));
      map.description += fmt::format("{}, {}: {}. ", level_name(rows, row), level_name(columns, column),
                                     number_text(map.values.back().back(), measure.decimals, false));
    }
  }
  return map;
}

/// What is drawn over the factors.
struct SpaceMeasure {
  std::string name;
  std::function<Measured(const analysis::CellResults& cell)> value;
};

std::vector<SpaceMeasure> space_measures(const Results& results, ActionChoice actions) {
  std::vector<SpaceMeasure> measures;
  if (!gap_arms_of(results).empty()) {
    measures.push_back({.name = "Gap", .value = [&results, actions](const analysis::CellResults& cell) {
                          return measured_gap(results, cell.gap.value().gaps[actions]);
                        }});
  }
  for (const auto& arm : results.arms) {
    measures.push_back({.name = arm_label(arm) + " mean",
                        .value = [&results, actions, arm](const analysis::CellResults& cell) {
                          return measured_mean(results, cell.arms.at(arm).scores[actions]);
                        }});
  }
  return measures;
}

/// Levels have colours of their own, which are not those of the arms and the gap.
std::size_t level_series(std::size_t level) { return level == 0 ? 2 : level + 3; }

/// A chart of the measure: one line a level of the first factor, over the levels of the second.
void add_space_chart(LineFigure& figure, const Results& results, const SpaceMeasure& measure) {
  const auto& first = results.factors.at(0);
  const auto& second = results.factors.at(1);
  auto& chart = figure.chart(measure.name,
                             {.x_axis = factor_label(second.name), .y_axis = score_axis, .whiskers = true});
  for (const auto& level : second.levels) {
    chart.x_names.emplace_back(static_cast<double>(chart.x_names.size()), level_label(level));
  }
  for (const auto& level : first.levels) {
    Line line{.series = level_series(chart.lines.size())};
    const double shift = 0.08 * static_cast<double>(chart.lines.size());
    std::vector<std::vector<Cell>> labels;
    for (const auto& other : second.levels) {
      const auto& cell = cell_at(results, level, other);
      const auto id = cell.id;
      line.points.push_back({.x = static_cast<double>(line.points.size()) + shift,
                             .name = fmt::format("{}, {}", measure.name, id),
                             .measured = measure.value(cell),
                             .mark = PointMark::filled});
      labels.push_back({measure.name, id});
      chart.description += fmt::format("{}, {}: {}. ", level_name(first, level), level_name(second, other),
                                       cell_text({.head = {}}, line.points.back().measured.value));
    }
    figure.add(chart, std::move(line), labels);
  }
}

}  // namespace

Figure heat_map_figure(const Results& results, ActionChoice actions) {
  Figure figure{.id = "figure-heat-maps-" + name_of(actions),
                .title = "The design as heat maps.",
                .caption = "Published metrics; the stronger the tint, the larger the number within its map.",
                .small_panels = true,
                .actions = name_of(actions),
                .data = {.id = "data-heat-maps-" + name_of(actions),
                         .title = {},
                         .caption = "The numbers that the figure shows.",
                         .columns = cell_columns(results),
                         .long_list = true}};
  if (!has_two_factors(results)) return figure;
  const auto measures = mapped_measures(results, actions);
  for (const auto& measure : measures) {
    const auto id = fmt::format("heat-{}-{}", name_of(actions), figure.panels.size() + 1);
    figure.panels.push_back({.svg = draw(heat_map(results, measure, id))});
    figure.data.columns.push_back({.head = measure.name, .decimals = measure.decimals});
  }
  for (const auto& cell : results.cells) {
    auto row = cell_labels(results, cell);
    for (const auto& measure : measures) row.push_back(number_cell(measure.value(cell)));
    figure.data.rows.push_back(std::move(row));
  }
  return figure;
}

Figure interaction_figure(const Results& results, ActionChoice actions) {
  Figure head{
      .id = "figure-space-" + name_of(actions),
      .title = "The performance space.",
      .caption =
          "Lines that are not parallel show an interaction. Bars: 95 % t intervals; small marks: seeds.",
      .actions = name_of(actions),
      .data = data_table(results, "data-space-" + name_of(actions), {label("Measure"), label("Cell")}, "Mean",
                         SeedColumns::all)};
  if (!has_two_factors(results)) return head;
  const auto& first = results.factors.at(0);
  for (const auto& level : first.levels) {
    head.legend.push_back({.label = level_name(first, level), .series = level_series(head.legend.size())});
  }
  LineFigure figure(results, std::move(head));
  for (const auto& measure : space_measures(results, actions)) add_space_chart(figure, results, measure);
  return figure.finish(false);
}

}  // namespace windhover::report

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

const Json& cell_at(const Json& results, const Json& first_level, const Json& second_level) {
  const auto first = results.at("factors").at(0).at("name").get<std::string>();
  const auto second = results.at("factors").at(1).at("name").get<std::string>();
  const auto& cells = results.at("cells");
  const auto found = std::ranges::find_if(cells, [&](const Json& cell) {
    return cell.at("factors").at(first) == first_level && cell.at("factors").at(second) == second_level;
  });
  return found == cells.end() ? cells.at(0) : *found;
}

/// A number of a cell that can be mapped or drawn over the factors.
struct Measure {
  std::string name;
  int decimals = 2;
  std::function<const Json&(const Json& cell)> value;
};

std::vector<Measure> mapped_measures(const Json& results, const std::string& policy) {
  std::vector<Measure> measures;
  if (!gap_arms_of(results).empty()) {
    measures.push_back({.name = "Gap, %", .decimals = 1, .value = [policy](const Json& cell) -> const Json& {
                          return cell.at("gap").at(policy).at("percent");
                        }});
  }
  auto arms = gap_arms_of(results);
  if (arms.empty()) arms = {arms_of(results).front()};
  for (const auto& [key, name, decimals] :
       {std::tuple{"mean", "mean", 2}, std::tuple{"cv", "CV", 3}, std::tuple{"worst", "worst", 2}}) {
    for (const auto& arm : arms) {
      measures.push_back({.name = fmt::format("{} {}", arm_label(arm), name),
                          .decimals = decimals,
                          .value = [policy, arm, key = std::string(key)](const Json& cell) -> const Json& {
                            return cell.at("arms").at(arm).at(policy).at(key);
                          }});
    }
  }
  return measures;
}

HeatMap heat_map(const Json& results, const Measure& measure, const std::string& id) {
  const auto& rows = results.at("factors").at(0);
  const auto& columns = results.at("factors").at(1);
  HeatMap map{.id = id, .title = measure.name, .decimals = measure.decimals};
  for (const auto& level : columns.at("levels")) map.column_names.push_back(level_name(columns, level));
  for (const auto& row : rows.at("levels")) {
    map.row_names.push_back(level_name(rows, row));
    map.values.emplace_back();
    for (const auto& column : columns.at("levels")) {
      map.values.back().push_back(value_of(measure.value(cell_at(results, row, column))));
      map.description += fmt::format("{}, {}: {}. ", level_name(rows, row), level_name(columns, column),
                                     number_text(map.values.back().back(), measure.decimals, false));
    }
  }
  return map;
}

/// What is drawn over the factors.
struct SpaceMeasure {
  std::string name;
  std::function<Measured(const Json& cell)> value;
};

std::vector<SpaceMeasure> space_measures(const Json& results, const std::string& policy) {
  std::vector<SpaceMeasure> measures;
  if (!gap_arms_of(results).empty()) {
    measures.push_back({.name = "Gap", .value = [&results, policy](const Json& cell) {
                          return measured_gap(results, cell.at("gap").at(policy));
                        }});
  }
  for (const auto& arm : arms_of(results)) {
    measures.push_back({.name = arm_label(arm) + " mean", .value = [&results, policy, arm](const Json& cell) {
                          return measured_mean(results, cell.at("arms").at(arm).at(policy));
                        }});
  }
  return measures;
}

/// Levels have colours of their own, which are not those of the arms and the gap.
std::size_t level_series(std::size_t level) { return level == 0 ? 2 : level + 3; }

/// A chart of the measure: one line a level of the first factor, over the levels of the second.
void add_space_chart(LineFigure& figure, const Json& results, const SpaceMeasure& measure) {
  const auto& first = results.at("factors").at(0);
  const auto& second = results.at("factors").at(1);
  auto& chart = figure.chart(
      measure.name,
      {.x_axis = factor_label(second.at("name").get<std::string>()), .y_axis = score_axis, .whiskers = true});
  for (const auto& level : second.at("levels")) {
    chart.x_names.emplace_back(static_cast<double>(chart.x_names.size()), level_label(level));
  }
  for (const auto& level : first.at("levels")) {
    Line line{.series = level_series(chart.lines.size())};
    const double shift = 0.08 * static_cast<double>(chart.lines.size());
    std::vector<std::vector<Cell>> labels;
    for (const auto& other : second.at("levels")) {
      const auto& cell = cell_at(results, level, other);
      const auto id = cell.at("id").get<std::string>();
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

Figure heat_map_figure(const Json& results, const std::string& policy) {
  Figure figure{.id = "figure-heat-maps-" + policy,
                .title = fmt::format("The design as heat maps, {}.", policy_label(policy)),
                .caption = "Published metrics; the stronger the tint, the larger the number within its map.",
                .small_panels = true,
                .policy = policy,
                .data = {.id = "data-heat-maps-" + policy,
                         .title = {},
                         .caption = "The numbers that the figure shows.",
                         .columns = cell_columns(results),
                         .long_list = true}};
  if (!has_two_factors(results)) return figure;
  const auto measures = mapped_measures(results, policy);
  for (const auto& measure : measures) {
    const auto id = fmt::format("heat-{}-{}", policy, figure.panels.size() + 1);
    figure.panels.push_back({.svg = draw(heat_map(results, measure, id))});
    figure.data.columns.push_back({.head = measure.name, .decimals = measure.decimals});
  }
  for (const auto& cell : results.at("cells")) {
    auto row = cell_labels(results, cell);
    for (const auto& measure : measures) row.push_back(number_cell(measure.value(cell)));
    figure.data.rows.push_back(std::move(row));
  }
  return figure;
}

Figure interaction_figure(const Json& results, const std::string& policy) {
  Figure head{
      .id = "figure-space-" + policy,
      .title = fmt::format("The performance space, {}.", policy_label(policy)),
      .caption =
          "Lines that are not parallel show an interaction. Bars: 95 % t intervals; small marks: seeds.",
      .policy = policy,
      .data = data_table(results, "data-space-" + policy, {label("Measure"), label("Cell")}, "Mean",
                         SeedColumns::all)};
  if (!has_two_factors(results)) return head;
  const auto& first = results.at("factors").at(0);
  for (const auto& level : first.at("levels")) {
    head.legend.push_back({.label = level_name(first, level), .series = level_series(head.legend.size())});
  }
  LineFigure figure(results, std::move(head));
  for (const auto& measure : space_measures(results, policy)) add_space_chart(figure, results, measure);
  return figure.finish(false);
}

}  // namespace windhover::report

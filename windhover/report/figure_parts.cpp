#include "windhover/report/figure_parts.hpp"

#include <algorithm>

#include "windhover/analysis/wording.hpp"

namespace windhover::report {
namespace {

void add_row(Table& table, std::vector<Cell> row, const Measured& measured) {
  row.push_back(measured.value);
  row.push_back(measured.interval);
  for (const auto& seed : measured.seeds) row.push_back(seed);
  row.resize(table.columns.size());
  table.rows.push_back(std::move(row));
}

/// Of the arm at this place of the study's list: none that something else than an arm has.
std::size_t arm_series(std::size_t place) {
  return place < gap_series ? place : place - gap_series + bound_series + 1;
}

void add_ranges(Extent& x, Extent& y, const LineChart& chart) {
  if (chart.reference) y.add(*chart.reference);
  for (const auto& line : chart.lines) {
    for (const auto& point : line.points) {
      x.add(point.x);
      y.add(point.measured);
    }
  }
}

}  // namespace

std::vector<LegendItem> arm_legend(const Json& results) {
  std::vector<LegendItem> legend;
  for (const auto& arm : arms_of(results))
    legend.push_back({.label = analysis::arm_label(arm), .series = arm_series(legend.size())});
  return legend;
}

std::size_t series_of(const Json& results, const std::string& arm) {
  const auto arms = arms_of(results);
  const auto place = std::ranges::find(arms, arm);
  return place == arms.end() ? gap_series : arm_series(static_cast<std::size_t>(place - arms.begin()));
}

std::vector<std::string> seed_names(const Json& results) {
  std::vector<std::string> names;
  for (const auto& seed : results.at("seeds")) names.push_back(seed.dump());
  return names;
}

std::vector<Cell> seed_cells(const Json& results, const Json& seeds, const Json& values) {
  std::vector<Cell> cells;
  std::size_t next = 0;
  for (const auto& seed : results.at("seeds")) {
    const bool finished = element(seeds, next) == seed;
    cells.push_back(finished ? number_cell(values.at(next)) : Cell());
    if (finished) ++next;
  }
  return cells;
}

Measured measured_mean(const Json& results, const Json& scores) {
  const auto& level = scores.at("seed_level");
  return {.value = number_cell(level.at("mean")),
          .interval = range_cell(level.at("ci95")),
          .seeds = seed_cells(results, scores.at("seeds"), scores.at("seed_means"))};
}

Measured measured_gap(const Json& results, const Json& gap) {
  return {.value = number_cell(gap.at("absolute")),
          .interval = range_cell(gap.at("absolute_ci95")),
          .seeds = seed_cells(results, gap.at("seeds"), gap.at("seed_values"))};
}

std::optional<double> random_score(const Json& results) {
  const auto& policies = results.at("policies");
  const auto& score = policies.at("reference_score");
  if (!member(policies, "cells").empty()) return std::nullopt;
  return score.is_number() ? std::optional(score.get<double>()) : std::nullopt;
}

std::string level_name(const Json& factor, const Json& level) {
  return analysis::factor_label(factor.at("name").get<std::string>()) + " " + analysis::level_label(level);
}

Column label(const char* head) { return {.head = head, .kind = ColumnKind::label}; }

Table data_table(const Json& results, const std::string& id, std::vector<Column> labels, const char* estimate,
                 SeedColumns seeds) {
  Table table{.id = id,
              .title = {},
              .caption = "The numbers that the figure shows.",
              .columns = std::move(labels),
              .long_list = true};
  table.columns.push_back({.head = estimate});
  table.columns.push_back({.head = "95 % interval", .kind = ColumnKind::range});
  if (seeds == SeedColumns::none) return table;
  for (auto& name : seed_names(results)) table.columns.push_back({.head = std::move(name), .group = "Seed"});
  return table;
}

void DotFigure::begin(DotPlot plot, const std::string& policy) {
  plot.seed_names = seed_names(results_);
  plots_.emplace_back(std::move(plot), policy);
}

void DotFigure::add(DotRow row, std::vector<Cell> labels) {
  add_row(figure_.data, std::move(labels), row.measured);
  plots_.back().first.rows.push_back(std::move(row));
}

Figure DotFigure::finish() {
  Extent extent;
  for (const auto& [plot, policy] : plots_) {
    for (const auto& row : plot.rows) extent.add(row.measured);
    if (plot.reference) extent.add(*plot.reference);
    if (plot.noise) extent.add(Range{.lower = -*plot.noise, .upper = *plot.noise});
  }
  for (auto& [plot, policy] : plots_) {
    plot.range = extent.padded();
    if (!plot.rows.empty()) figure_.panels.push_back({.svg = draw(plot), .policy = policy});
  }
  return std::move(figure_);
}

LineChart& LineFigure::chart(const std::string& title, const LineChart& pattern) {
  const auto found = std::ranges::find(charts_, title, &LineChart::title);
  if (found != charts_.end()) return *found;
  auto& chart = charts_.emplace_back(pattern);
  chart.id = fmt::format("{}-{}", figure_.id, charts_.size());
  chart.title = title;
  chart.seed_names = seed_names(results_);
  return chart;
}

void LineFigure::add(LineChart& chart, Line line, const std::vector<std::vector<Cell>>& labels) {
  for (std::size_t i = 0; i < line.points.size(); ++i)
    add_row(figure_.data, labels[i], line.points[i].measured);
  chart.lines.push_back(std::move(line));
}

Figure LineFigure::finish(bool common_axes) {
  Extent all_x;
  Extent all_y;
  for (const auto& chart : charts_) add_ranges(all_x, all_y, chart);
  for (auto& chart : charts_) {
    Extent x;
    Extent y;
    add_ranges(x, y, chart);
    chart.x_range = (common_axes ? all_x : x).padded();
    chart.y_range = (common_axes ? all_y : y).padded();
    if (!chart.x_names.empty())
      chart.x_range = {.lower = -0.4, .upper = static_cast<double>(chart.x_names.size()) - 0.6};
    figure_.panels.push_back({.svg = draw(chart)});
  }
  return std::move(figure_);
}

}  // namespace windhover::report

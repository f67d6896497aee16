#include "windhover/report/figure_parts.hpp"

#include <algorithm>
#include <cmath>

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
  for (const auto& reference : chart.references) y.add(reference.value);
  for (const auto& line : chart.lines) {
    for (const auto& point : line.points) {
      x.add(point.x);
      y.add(point.measured);
    }
  }
}

}  // namespace

std::vector<LegendItem> arm_legend(const Results& results) {
  std::vector<LegendItem> legend;
  for (const auto& arm : results.arms)
    legend.push_back({.label = analysis::arm_label(arm), .series = arm_series(legend.size())});
  return legend;
}

std::size_t series_of(const Results& results, const std::string& arm) {
  const auto arms = results.arms;
  const auto place = std::ranges::find(arms, arm);
  return place == arms.end() ? gap_series : arm_series(static_cast<std::size_t>(place - arms.begin()));
}

std::vector<std::string> seed_names(const Results& results) {
  std::vector<std::string> names;
  for (const auto& seed : results.seeds) names.push_back(std::to_string(seed));
  return names;
}

std::vector<Cell> seed_cells(const Results& results, const std::vector<std::uint64_t>& seeds,
                             const std::vector<double>& values) {
  std::vector<Cell> cells;
  std::size_t next = 0;
  for (const auto& seed : results.seeds) {
    const bool finished = next < seeds.size() && seeds[next] == seed;
    cells.push_back(finished ? number_cell(values.at(next)) : Cell());
    if (finished) ++next;
  }
  return cells;
}

Measured measured_mean(const Results& results, const analysis::ArmScores& scores) {
  const auto& level = scores.seed_level;
  return {.value = number_cell(level.mean),
          .interval = range_cell(level.ci95),
          .seeds = seed_cells(results, scores.seeds, scores.seed_means)};
}

Measured measured_gap(const Results& results, const analysis::Gap& gap) {
  return {.value = number_cell(gap.absolute),
          .interval = range_cell(gap.absolute_ci95),
          .seeds = seed_cells(results, gap.seeds, gap.seed_values)};
}

std::optional<double> random_score(const Results& results) {
  const auto& policies = results.policies;
  const double score = policies.baseline.reference_score;
  if (!policies.cells.empty() || !std::isfinite(score)) return std::nullopt;
  return score;
}

std::string level_name(const analysis::FactorLevels& factor, const record::Level& level) {
  return analysis::factor_label(factor.name) + " " + analysis::level_label(level);
}

Column label(const char* head) { return {.head = head, .kind = ColumnKind::label}; }

Table data_table(const Results& results, const std::string& id, std::vector<Column> labels,
                 const char* estimate, SeedColumns seeds) {
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

void DotFigure::begin(DotPlot plot, ActionChoice actions) {
  plot.points.names = seed_names(results_);
  plots_.emplace_back(std::move(plot), actions);
}

void DotFigure::name_points(std::string what, std::vector<std::string> names) {
  plots_.back().first.points = {.what = std::move(what), .names = std::move(names)};
}

void DotFigure::add(DotRow row, std::vector<Cell> labels) {
  add_row(figure_.data, std::move(labels), row.measured);
  plots_.back().first.rows.push_back(std::move(row));
}

Figure DotFigure::finish() {
  Extent extent;
  for (const auto& [plot, actions] : plots_) {
    for (const auto& row : plot.rows) extent.add(row.measured);
    if (plot.reference) extent.add(*plot.reference);
    if (plot.noise) extent.add(Range{.lower = -*plot.noise, .upper = *plot.noise});
  }
  for (auto& [plot, actions] : plots_) {
    plot.range = extent.padded();
    if (!plot.rows.empty()) figure_.panels.push_back({.svg = draw(plot), .actions = name_of(actions)});
  }
  return std::move(figure_);
}

LineChart& LineFigure::chart(const std::string& title, const LineChart& pattern) {
  const auto found = std::ranges::find(charts_, title, &LineChart::title);
  if (found != charts_.end()) return *found;
  auto& chart = charts_.emplace_back(pattern);
  chart.id = fmt::format("{}-{}", figure_.id, charts_.size());
  chart.title = title;
  chart.points.names = seed_names(results_);
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

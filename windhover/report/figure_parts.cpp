#include "windhover/report/figure_parts.hpp"

#include <algorithm>
#include <limits>

#include "windhover/analysis/wording.hpp"

namespace windhover::report {
using analysis::arm_label;

std::optional<Range> range_of(const Json& json) {
  const auto cell = range_cell(json);
  const auto* range = std::get_if<Range>(&cell);
  return range == nullptr ? std::nullopt : std::optional<Range>(*range);
}

void add(Extent& extent, const std::optional<Range>& range) {
  if (!range) return;
  extent.add(range->lower);
  extent.add(range->upper);
}

void add(Extent& extent, const std::vector<DotRow>& rows) {
  for (const auto& row : rows) {
    extent.add(row.value);
    extent.add(row.seeds);
    add(extent, row.interval);
  }
}

std::vector<LegendItem> arm_legend(const Json& results) {
  std::vector<LegendItem> legend;
  for (const auto& arm : arms_of(results))
    legend.push_back({.label = arm_label(arm), .series = legend.size()});
  return legend;
}

Table data_table(const std::string& id, std::vector<Column> labels) {
  Table table{.id = id,
              .title = {},
              .caption = "The numbers that the figure shows.",
              .columns = std::move(labels),
              .long_list = true};
  table.columns.push_back({.head = "Mean"});
  table.columns.push_back({.head = "95 % interval", .kind = ColumnKind::range});
  return table;
}

void add_seed_columns(Table& table, const Json& results) {
  for (const auto& seed : results.at("seeds"))
    table.columns.push_back({.head = seed.dump(), .group = "Seed"});
}

void add_row(Table& table, std::vector<Cell> row, const DotRow& dot, std::size_t seed_columns) {
  const std::size_t first = row.size();
  row.resize(first + 2 + seed_columns);
  row[first] = dot.value;
  if (dot.interval) row[first + 1] = *dot.interval;
  for (std::size_t i = 0; i < std::min(seed_columns, dot.seeds.size()); ++i)
    row[first + 2 + i] = dot.seeds[i];
  table.rows.push_back(std::move(row));
}

Column label(const char* head) { return {.head = head, .kind = ColumnKind::label}; }

std::vector<double> seed_values(const Json& results, const Json& seeds, const Json& values) {
  std::vector<double> aligned;
  for (const auto& seed : results.at("seeds")) {
    const auto found = std::ranges::find(seeds, seed);
    const auto index = static_cast<std::size_t>(found - seeds.begin());
    aligned.push_back(found == seeds.end() ? std::numeric_limits<double>::quiet_NaN()
                                           : value_of(values.at(index)));
  }
  return aligned;
}

std::optional<double> random_score(const Json& results) {
  const auto& score = results.at("policies").at("reference_score");
  return score.is_number() ? std::optional(score.get<double>()) : std::nullopt;
}

void add_panels(Figure& figure, std::vector<DotPlot> plots) {
  Extent extent;
  for (const auto& plot : plots) {
    add(extent, plot.rows);
    if (plot.reference) extent.add(*plot.reference);
  }
  for (auto& plot : plots) {
    plot.range = extent.padded();
    figure.panels.push_back(draw(plot));
  }
}

std::string level_name(const Json& factor, const Json& level) {
  return analysis::factor_label(factor.at("name").get<std::string>()) + " " + analysis::level_label(level);
}

std::size_t series_of(const Json& results, const std::string& arm) {
  const auto arms = arms_of(results);
  return static_cast<std::size_t>(std::ranges::find(arms, arm) - arms.begin());
}

}  // namespace windhover::report

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/report/chart.hpp"
#include "windhover/report/dot_plot.hpp"
#include "windhover/report/results_view.hpp"

/// What the figures have in common.
namespace windhover::report {

/// An interval of the results, none for null.
[[nodiscard]] std::optional<Range> range_of(const Json& json);

void add(Extent& extent, const std::optional<Range>& range);
void add(Extent& extent, const std::vector<DotRow>& rows);

/// One item an arm, in the study's order: an arm has the same colour and shape in every figure.
[[nodiscard]] std::vector<LegendItem> arm_legend(const Json& results);
[[nodiscard]] std::size_t series_of(const Json& results, const std::string& arm);

/// The table of the data behind a figure of means: label columns, then mean and interval. Its title comes
/// with the figure's number.
[[nodiscard]] Table data_table(const std::string& id, std::vector<Column> labels);
[[nodiscard]] Column label(const char* head);
void add_seed_columns(Table& table, const Json& results);

/// A row of it: labels, mean, interval, then a column for each of the study's seeds, or none.
void add_row(Table& table, std::vector<Cell> row, const DotRow& dot, std::size_t seed_columns);

/// `values` belong to `seeds`, which finished; comes back with one value a seed of the study, NaN where there
/// is none.
[[nodiscard]] std::vector<double> seed_values(const Json& results, const Json& seeds, const Json& values);

/// The random policy's score, if the study knows it.
[[nodiscard]] std::optional<double> random_score(const Json& results);

/// Draws the plots with one common range.
void add_panels(Figure& figure, std::vector<DotPlot> plots);

/// "RNN on".
[[nodiscard]] std::string level_name(const Json& factor, const Json& level);

}  // namespace windhover::report

#pragma once

#include <array>
#include <concepts>
#include <optional>
#include <string>
#include <vector>

#include "windhover/analysis/results/results.hpp"
#include "windhover/report/table.hpp"

/// Reads the results for tables and figures.
namespace windhover::report {

using analysis::name_of;
using analysis::Results;
using stats::Interval;

/// Cells remember which member of the results they come from: the argument must be a part of the results, no
/// copy.

/// A number, or nothing for one that is not finite.
[[nodiscard]] Cell number_cell(const double& number);
template <std::integral Number>
[[nodiscard]] Cell number_cell(const Number& number) {
  return {static_cast<double>(number), {&number}};
}
/// What is there, or nothing.
template <class Number>
[[nodiscard]] Cell number_cell(const std::optional<Number>& number) {
  return number ? number_cell(*number) : Cell();
}
template <class Number>
void number_cell(const Number&& number) = delete;

/// An interval or nothing.
[[nodiscard]] Cell range_cell(const std::optional<Interval>& interval);
/// An interval whose two ends stand apart, or nothing.
[[nodiscard]] Cell ends_cell(const double& lower, const double& upper);
/// first − second, or nothing.
[[nodiscard]] Cell difference_cell(const double& first, const double& second);
/// yes, no, or nothing.
[[nodiscard]] Cell yes_no_cell(const std::optional<bool>& value);
/// A text, or nothing for the empty text and for none.
[[nodiscard]] Cell text_cell(const std::string& text);
[[nodiscard]] Cell text_cell(const std::optional<std::string>& text);
[[nodiscard]] Cell text_cell(const ActionChoice& actions);
/// The name of a verdict or a standing.
template <described::IsNamed Word>
[[nodiscard]] Cell text_cell(const Word& word) {
  return {name_of(word), {&word}};
}

/// What is judged, and the key of the statement that it is.
template <described::IsNamed Word>
[[nodiscard]] Cell verdict_cell(const Word& word, std::string about) {
  auto cell = text_cell(word);
  cell.about = std::move(about);
  return cell;
}

/// greedy and sampled, the one that the study reports first in front.
[[nodiscard]] std::array<ActionChoice, 2> actions_in_order(const Results& results);

/// Their names.
[[nodiscard]] std::vector<std::string> actions_names(const Results& results);

/// "greedy actions".
[[nodiscard]] std::string actions_label(ActionChoice actions);

/// Whether no run has scores, so that nothing can be said of any cell or arm.
[[nodiscard]] bool nothing_finished(const Results& results);

/// Whether the environment has a condition to vary, so that there is something to say about it.
[[nodiscard]] bool has_condition(const Results& results);

/// The condition as the environment calls it: in words, "velocity", and as a title; at the head of a column,
/// "Velocity, km/h"; on an axis, "test velocity, km/h"; with a value, "5 km/h".
[[nodiscard]] std::string condition_label(const Results& results);
[[nodiscard]] std::string condition_title(const Results& results);
[[nodiscard]] std::string condition_head(const Results& results);
[[nodiscard]] std::string condition_axis(const Results& results);
[[nodiscard]] std::string condition_value(const Results& results, double value);

inline constexpr const char* score_axis = "return per episode";

/// The upper bound of the baseline cell, if it has one that is above 0; null otherwise.
[[nodiscard]] const record::UpperBound* upper_bound_of(const Results& results);

/// The mean with 1.96 standard errors around it, or nothing without an error.
[[nodiscard]] Cell normal_interval(const double& mean, const double& standard_error);

/// The two arms of the gap; empty if the study has none.
[[nodiscard]] std::vector<std::string> gap_arms_of(const Results& results);

/// These two, or the only arm there is.
[[nodiscard]] std::vector<std::string> shown_arms(const Results& results);

/// True if the design is a full factorial of exactly two factors.
[[nodiscard]] bool has_two_factors(const Results& results);

/// Columns that name a cell: its id and the level of each factor (not of many factors that change one at a
/// time, since the id says which); and their cells.
[[nodiscard]] std::vector<Column> cell_columns(const Results& results);
[[nodiscard]] std::vector<Cell> cell_labels(const Results& results, const analysis::CellResults& cell);

/// The level that the cell has of a factor, if it has one.
[[nodiscard]] std::optional<record::Level> level_of(const analysis::CellResults& cell,
                                                    const std::string& factor);

}  // namespace windhover::report

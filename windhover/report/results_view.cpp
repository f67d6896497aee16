#include "windhover/report/results_view.hpp"

#include <cctype>
#include <cmath>

#include "windhover/analysis/wording.hpp"

namespace windhover::report {

Cell number_cell(const double& number) {
  if (!std::isfinite(number)) return {};
  return {number, {&number}};
}

Cell range_cell(const std::optional<Interval>& interval) {
  if (!interval) return {};
  return {Range{.lower = interval->lower, .upper = interval->upper}, {&interval}};
}

Cell ends_cell(const double& lower, const double& upper) {
  if (!std::isfinite(lower) || !std::isfinite(upper)) return {};
  return {Range{.lower = lower, .upper = upper}, {&lower, &upper}};
}

Cell difference_cell(const double& first, const double& second) {
  if (!std::isfinite(first) || !std::isfinite(second)) return {};
  return {first - second, {&first, &second}};
}

Cell yes_no_cell(const std::optional<bool>& value) {
  if (!value) return {};
  return {std::string(*value ? "yes" : "no"), {&value}};
}

Cell text_cell(const std::string& text) {
  if (text.empty()) return {};
  return {text, {&text}};
}

Cell text_cell(const ActionChoice& actions) { return {name_of(actions), {&actions}}; }

Cell text_cell(const std::optional<std::string>& text) { return text ? text_cell(*text) : Cell(); }

namespace {

/// A few factors, or those of a design with every combination.
constexpr std::size_t most_single_changes = 3;

std::string capitalised(std::string text) {
  if (!text.empty()) text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return text;
}

/// The factors that have a column of their own.
const std::vector<analysis::FactorLevels>& shown_factors(const Results& results) {
  static const std::vector<analysis::FactorLevels> none;
  const bool shown = results.full_factorial || results.factors.size() <= most_single_changes;
  return shown ? results.factors : none;
}

}  // namespace

std::array<ActionChoice, 2> actions_in_order(const Results& results) {
  return analysis::choices_from(results.primary);
}

std::vector<std::string> actions_names(const Results& results) {
  std::vector<std::string> names;
  for (const auto actions : actions_in_order(results)) names.push_back(name_of(actions));
  return names;
}

bool nothing_finished(const Results& results) { return results.runs.finished == 0; }

bool has_condition(const Results& results) { return results.condition.has_value(); }

std::string condition_label(const Results& results) {
  return results.condition ? results.condition->label : "condition";
}

std::string condition_title(const Results& results) { return capitalised(condition_label(results)); }

std::string condition_head(const Results& results) {
  return capitalised(results.condition ? results.condition->text() : "condition");
}

std::string condition_axis(const Results& results) {
  return "test " + (results.condition ? results.condition->text() : "condition");
}

std::string condition_value(const Results& results, double value) {
  return results.condition ? results.condition->value_text(value) : fmt::format("{:g}", value);
}

std::string actions_label(ActionChoice actions) { return name_of(actions) + " actions"; }

const record::UpperBound* upper_bound_of(const Results& results) {
  const auto& bound = results.policies.baseline.upper_bound;
  return bound && bound->mean > 0 ? &*bound : nullptr;
}

Cell normal_interval(const double& mean, const double& standard_error) {
  const double half = 1.96 * standard_error;
  if (!(half > 0)) return {};
  return {Range{.lower = mean - half, .upper = mean + half}, {&mean, &standard_error}};
}

std::vector<std::string> gap_arms_of(const Results& results) {
  const auto& gap = results.cells.at(0).gap;
  if (!gap) return {};
  return {gap->first, gap->second};
}

std::vector<std::string> shown_arms(const Results& results) {
  auto arms = gap_arms_of(results);
  if (arms.empty()) arms = {results.arms.at(0)};
  return arms;
}

bool has_two_factors(const Results& results) { return results.factors.size() == 2 && results.full_factorial; }

std::vector<Column> cell_columns(const Results& results) {
  std::vector<Column> columns = {{.head = "Cell", .kind = ColumnKind::label}};
  for (const auto& factor : shown_factors(results))
    columns.push_back({.head = analysis::factor_label(factor.name), .kind = ColumnKind::verdict});
  return columns;
}

std::vector<Cell> cell_labels(const Results& results, const analysis::CellResults& cell) {
  std::vector<Cell> labels = {cell.id};
  for (const auto& factor : shown_factors(results)) {
    const auto level = level_of(cell, factor.name);
    labels.push_back(level ? Cell(analysis::level_label(*level)) : Cell());
  }
  return labels;
}

std::optional<record::Level> level_of(const analysis::CellResults& cell, const std::string& factor) {
  const auto level = cell.factors.find(factor);
  return level == cell.factors.end() ? std::nullopt : std::optional(level->second);
}

}  // namespace windhover::report

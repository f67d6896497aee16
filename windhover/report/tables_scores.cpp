#include <algorithm>
#include <functional>
#include <initializer_list>
#include <set>

#include "windhover/analysis/wording.hpp"
#include "windhover/report/results_view.hpp"
#include "windhover/report/tables.hpp"
#include "windhover/stats/tail.hpp"

namespace windhover::report {
namespace {

using analysis::arm_label;

void append(std::vector<Cell>& row, std::vector<Cell> cells) {
  for (auto& cell : cells) row.push_back(std::move(cell));
}

void append(std::vector<Column>& columns, std::vector<Column> more) {
  for (auto& column : more) columns.push_back(std::move(column));
}

/// The arms of the gap, or the only one there is.
std::vector<std::string> shown_arms(const Json& results) {
  auto arms = gap_arms_of(results);
  if (arms.empty()) arms = {arms_of(results).front()};
  return arms;
}

/// Percent with its interval; the ratio is refused where the denominator's interval covers 0.
std::vector<Cell> percent_cells(const Json& gap) {
  if (gap.at("unbounded") == true) return {std::string("refused"), std::string("unbounded")};
  return {number_cell(gap.at("percent")), range_cell(gap.at("percent_ci95"))};
}

/// The notes of several entries in one text, or nothing.
Cell joined_notes(std::initializer_list<std::reference_wrapper<const Json>> entries) {
  Cell notes;
  std::string text;
  for (const Json& entry : entries) {
    const auto note = text_cell(member(entry, "note"));
    if (note.empty() || text.find(*note.text()) != std::string::npos) continue;
    text += (text.empty() ? "" : " ") + *note.text();
    notes = {text, note.nodes};
  }
  return notes;
}

/// A note, in the last column, that all of several rows have goes into the caption.
void lift_common_note(Table& table) {
  if (table.rows.size() < 2 || table.rows.front().back().text() == nullptr) return;
  const std::string note = *table.rows.front().back().text();
  const bool common = std::ranges::all_of(table.rows, [&](const std::vector<Cell>& row) {
    return row.back().text() != nullptr && *row.back().text() == note;
  });
  if (!common) return;
  table.caption += fmt::format(" {}.", note);
  for (auto& row : table.rows) row.back() = {};
}

/// The cell and arm in front of a row of the published metrics.
std::vector<Cell> arm_row(const Json& cell, const std::string& arm) {
  return {cell.at("id").get<std::string>(), arm_label(arm)};
}

}  // namespace

Table configuration_matrix(const Json& results, const std::string& policy) {
  Table table{.id = "table-1-configuration-" + policy,
              .title = fmt::format("Table 1. Configuration matrix, {}.", policy_label(policy)),
              .caption =
                  "Return per episode. Mean, standard deviation (n − 1) and 95 % t interval over seeds; the "
                  "gap is paired by "
                  "seed, its percentage has Fieller's interval.",
              .columns = cell_columns(results),
              .policy = policy};
  table.columns.push_back({.head = "Parameters", .decimals = 0});
  for (const auto& arm : shown_arms(results)) {
    const auto label = arm_label(arm);
    append(table.columns, {{.head = "mean", .group = label},
                           {.head = "SD", .group = label},
                           {.head = "95 % interval", .kind = ColumnKind::range, .group = label}});
  }
  const bool with_gap = !gap_arms_of(results).empty();
  if (with_gap) {
    append(table.columns, {{.head = "value", .sign = true, .group = "Gap"},
                           {.head = "95 % interval", .kind = ColumnKind::range, .sign = true, .group = "Gap"},
                           {.head = "%", .decimals = 1, .sign = true, .group = "Gap in percent"},
                           {.head = "95 % interval",
                            .kind = ColumnKind::range,
                            .decimals = 1,
                            .sign = true,
                            .group = "Gap in percent"}});
  }
  for (const auto& cell : results.at("cells")) {
    if (const auto& factor = member(cell, "score_factor"); factor.is_number()) {
      table.caption += fmt::format(" {}: earned at another reward_scale, and multiplied by {:.6g}.",
                                   cell.at("id").get<std::string>(), factor.get<double>());
    }
    auto row = cell_labels(results, cell);
    row.push_back(number_cell(cell.at("parameters")));
    for (const auto& arm : shown_arms(results)) {
      const auto& level = cell.at("arms").at(arm).at(policy).at("seed_level");
      append(row,
             {number_cell(level.at("mean")), number_cell(level.at("std")), range_cell(level.at("ci95"))});
    }
    if (with_gap) {
      const auto& gap = cell.at("gap").at(policy);
      append(row, {number_cell(gap.at("absolute")), range_cell(gap.at("absolute_ci95"))});
      append(row, percent_cells(gap));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table control_arms(const Json& results, const std::string& policy) {
  Table table{
      .id = "table-1-control-arms-" + policy,
      .title = fmt::format("Table 1, control arms, {}.", policy_label(policy)),
      .caption =
          "Arms beyond the two of the gap; the difference is the first arm less this one, paired by seed.",
      .columns = {{.head = "Cell", .kind = ColumnKind::label},
                  {.head = "Arm", .kind = ColumnKind::label},
                  {.head = "Mean"},
                  {.head = "SD"},
                  {.head = "95 % interval", .kind = ColumnKind::range},
                  {.head = "Difference", .sign = true},
                  {.head = "95 % interval", .kind = ColumnKind::range, .sign = true},
                  {.head = "p (t)", .kind = ColumnKind::p_value},
                  {.head = "p (sign flip)", .kind = ColumnKind::p_value}},
      .policy = policy};
  for (const auto& cell : results.at("cells")) {
    for (const auto& gap : cell.at("other_gaps")) {
      const auto arm = gap.at("second").get<std::string>();
      const auto& level = cell.at("arms").at(arm).at(policy).at("seed_level");
      const auto& contrast = gap.at(policy).at("contrast");
      auto row = arm_row(cell, arm);
      append(row, {number_cell(level.at("mean")), number_cell(level.at("std")), range_cell(level.at("ci95")),
                   number_cell(contrast.at("estimate")), range_cell(contrast.at("ci95")),
                   number_cell(contrast.at("p_value")), number_cell(contrast.at("sign_flip_p"))});
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

Table published_metrics(const Json& results, const std::string& policy) {
  Table table{.id = "table-2-published-metrics-" + policy,
              .title = fmt::format("Table 2. The published study's metrics, {}.", policy_label(policy)),
              .caption = "Kept for comparison: over the pooled rows (seed" +
                         std::string(has_condition(results) ? " × velocity" : "") +
                         ", for Individual × worker), standard deviation divided by n. Pooled rows are no "
                         "replicates, so nothing is tested here. The worst case is a plain " +
                         fmt::format("minimum; of fewer than {} rows it bounds nothing.",
                                     stats::fewest_for_minimum_bound),
              .columns = {{.head = "Cell", .kind = ColumnKind::label},
                          {.head = "Arm", .kind = ColumnKind::label},
                          {.head = "Rows", .decimals = 0},
                          {.head = "Mean"},
                          {.head = "Std"},
                          {.head = "CV", .decimals = 3},
                          {.head = "CV, 95 % bootstrap over seeds", .kind = ColumnKind::range, .decimals = 3},
                          {.head = "Worst"},
                          {.head = "Lower CVaR .05"}},
              .policy = policy};
  for (const auto& cell : results.at("cells")) {
    for (const auto& arm : arms_of(results)) {
      const auto& scores = cell.at("arms").at(arm).at(policy);
      auto row = arm_row(cell, arm);
      append(row,
             {number_cell(scores.at("rows")), number_cell(scores.at("mean")), number_cell(scores.at("std")),
              number_cell(scores.at("cv")), range_cell(scores.at("cv_bootstrap").at("ci95")),
              number_cell(scores.at("worst")), number_cell(scores.at("cvar05"))});
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

Table beyond_means(const Json& results, const std::string& policy) {
  Table table{
      .id = "table-2-beyond-means-" + policy,
      .title = fmt::format("Table 2, beyond the mean, {}.", policy_label(policy)),
      .caption =
          "On seed means: the coefficient of variation with its exact interval, the interquartile mean "
          "(which "
          "trims failures away, so it is secondary). On pooled rows: the mean of the lowest 5 %.",
      .columns = {{.head = "Cell", .kind = ColumnKind::label},
                  {.head = "Arm", .kind = ColumnKind::label},
                  {.head = "value", .decimals = 3, .group = "CV over seeds", .optional = true},
                  {.head = "95 % interval",
                   .kind = ColumnKind::range,
                   .decimals = 3,
                   .group = "CV over seeds",
                   .optional = true},
                  {.head = "method", .kind = ColumnKind::text, .group = "CV over seeds", .optional = true},
                  {.head = "value", .group = "Interquartile mean", .optional = true},
                  {.head = "95 % interval",
                   .kind = ColumnKind::range,
                   .group = "Interquartile mean",
                   .optional = true},
                  {.head = "Lower CVaR .05"},
                  {.head = "Note", .kind = ColumnKind::text, .optional = true}},
      .policy = policy};
  std::set<std::string> iqm_notes;  // one that all share is what the caption says
  for (const auto& cell : results.at("cells")) {
    for (const auto& arm : arms_of(results)) {
      const auto note = text_cell(member(member(cell.at("arms").at(arm).at(policy), "iqm"), "note"));
      iqm_notes.insert(note.empty() ? "" : *note.text());
    }
  }
  static const Json no_note;
  for (const auto& cell : results.at("cells")) {
    for (const auto& arm : arms_of(results)) {
      const auto& scores = cell.at("arms").at(arm).at(policy);
      const auto& cv = member(scores, "cv_exact");
      const auto& iqm = member(scores, "iqm");
      if (!cv.is_object() && !iqm.is_object()) continue;
      auto row = arm_row(cell, arm);
      append(row, {number_cell(member(cv, "estimate")), range_cell(member(cv, "ci95")),
                   text_cell(member(cv, "method")), number_cell(member(iqm, "value")),
                   range_cell(member(iqm, "ci95")), number_cell(scores.at("cvar05")),
                   joined_notes({cv, iqm_notes.size() > 1 ? iqm : no_note})});
      table.rows.push_back(std::move(row));
    }
  }
  drop_empty_columns(table);
  return table;
}

Table improvement(const Json& results, const std::string& policy) {
  const auto arms = gap_arms_of(results);
  Table table{.id = "table-2-improvement-" + policy,
              .title = fmt::format("Table 2, probability of improvement, {}.", policy_label(policy)),
              .columns = {{.head = "Cell", .kind = ColumnKind::label},
                          {.head = "Probability", .decimals = 3},
                          {.head = "95 % interval", .kind = ColumnKind::range, .decimals = 3},
                          {.head = "Seeds", .decimals = 0},
                          {.head = "Note", .kind = ColumnKind::text, .optional = true}},
              .policy = policy};
  if (arms.empty()) return table;
  table.caption =
      fmt::format("How often a seed of {} scores above a seed of {}{}; 0.5 is a coin.", arm_label(arms[0]),
                  arm_label(arms[1]), has_condition(results) ? ", over the test velocities" : "");
  for (const auto& cell : results.at("cells")) {
    const auto& chance = member(cell.at("gap").at(policy), "probability_of_improvement");
    if (!chance.is_object()) continue;
    table.rows.push_back({cell.at("id").get<std::string>(), number_cell(chance.at("value")),
                          range_cell(chance.at("ci95")), number_cell(chance.at("n_seeds")),
                          text_cell(chance.at("note"))});
  }
  lift_common_note(table);
  drop_empty_columns(table);
  return table;
}

Table published_quotients(const Json& results, const std::string& policy) {
  Table table{.id = "table-2-published-quotients-" + policy,
              .title = fmt::format("Table 2, quotients of the arms, {}.", policy_label(policy)),
              .caption =
                  "Robustness ratio: worst case of the first arm over that of the second, two minima and so "
                  "without an "
                  "interval. Stability advantage: 1 − CV(first)/CV(second), seed-cluster bootstrap.",
              .columns = {{.head = "Cell", .kind = ColumnKind::label},
                          {.head = "Advantage in the mean", .sign = true},
                          {.head = "Robustness ratio"},
                          {.head = "Stability advantage", .decimals = 3, .sign = true},
                          {.head = "95 % interval", .kind = ColumnKind::range, .decimals = 3, .sign = true}},
              .policy = policy};
  for (const auto& cell : results.at("cells")) {
    if (cell.at("published_quotients").is_null()) continue;
    const auto& quotients = cell.at("published_quotients").at(policy);
    const auto& ratio = quotients.at("robustness_ratio");
    const auto& stability = quotients.at("stability_advantage");
    const auto arms = gap_arms_of(results);
    const auto& scores = cell.at("arms");
    table.rows.push_back(
        {cell.at("id").get<std::string>(),
         difference_cell(scores.at(arms[0]).at(policy).at("mean"), scores.at(arms[1]).at(policy).at("mean")),
         ratio.at("infinite") == true ? Cell("infinite") : number_cell(ratio.at("value")),
         number_cell(stability.at("estimate")), range_cell(stability.at("ci95"))});
  }
  return table;
}

Table published_changes(const Json& results, const std::string& policy) {
  Table table{
      .id = "table-2-changes-" + policy,
      .title = fmt::format("Table 2, changes from the baseline, {}.", policy_label(policy)),
      .caption = fmt::format(
          "Published metrics of each cell less those of {}, and in percent of them; the gap in percent "
          "changes by percentage points.",
          results.at("cells").at(0).at("id").get<std::string>()),
      .columns = {{.head = "Cell", .kind = ColumnKind::label},
                  {.head = "Arm", .kind = ColumnKind::label},
                  {.head = "value", .sign = true, .group = "Mean"},
                  {.head = "%", .decimals = 1, .sign = true, .group = "Mean"},
                  {.head = "value", .decimals = 3, .sign = true, .group = "CV"},
                  {.head = "%", .decimals = 1, .sign = true, .group = "CV"},
                  {.head = "value", .sign = true, .group = "Worst"},
                  {.head = "%", .decimals = 1, .sign = true, .group = "Worst"},
                  {.head = "pp", .decimals = 1, .sign = true, .group = "Gap"}},
      .policy = policy};
  for (const auto& change : results.at("effects").at("changes")) {
    const auto& published = change.at(policy).at("published");
    for (const auto& arm : arms_of(results)) {
      std::vector<Cell> row = {change.at("cell").get<std::string>(), arm_label(arm)};
      for (const char* metric : {"mean", "cv", "worst"}) {
        const auto& entry = published.at("arms").at(arm).at(metric);
        append(row, {number_cell(entry.at("absolute")), number_cell(entry.at("percent"))});
      }
      row.push_back(arm == arms_of(results).front() ? number_cell(published.at("gap_percentage_points"))
                                                    : Cell(""));
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

}  // namespace windhover::report

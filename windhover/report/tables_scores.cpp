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

/// Percent with its interval; the ratio is refused where the denominator's interval covers 0.
std::vector<Cell> percent_cells(const analysis::Gap& gap) {
  if (gap.unbounded) return {std::string("refused"), std::string("unbounded")};
  return {number_cell(gap.percent), range_cell(gap.percent_ci95)};
}

/// Several notes in one text, or nothing.
Cell joined_notes(std::initializer_list<std::reference_wrapper<const std::string>> all) {
  Cell notes;
  std::string text;
  for (const std::string& one : all) {
    const auto note = text_cell(one);
    if (note.empty() || text.find(*note.text()) != std::string::npos) continue;
    text += (text.empty() ? "" : " ") + *note.text();
    notes = {text, note.nodes};
  }
  return notes;
}

/// Where an interval of the table is a bootstrap over few seeds.
void caution_of_few_seeds(Table& table, const Results& results, ActionChoice actions) {
  for (const auto& cell : results.cells) {
    for (const auto& [name, arm] : cell.arms) {
      const auto& bootstrap = arm.scores[actions].cv_bootstrap;
      if (!bootstrap.few_seeds || !bootstrap.ci95) continue;
      table.caption += fmt::format(" {}", analysis::few_seeds_caution);
      return;
    }
  }
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
std::vector<Cell> arm_row(const analysis::CellResults& cell, const std::string& arm) {
  return {cell.id, arm_label(arm)};
}

}  // namespace

Table configuration_matrix(const Results& results, ActionChoice actions) {
  const bool with_gap = !gap_arms_of(results).empty();
  Table table{
      .id = "table-configuration-" + name_of(actions),
      .title = "Configuration matrix.",
      .caption =
          "Return per episode. Mean, standard deviation (n − 1) and 95 % t interval over seeds" +
          std::string(with_gap ? "; the gap is paired by seed, its percentage has Fieller's interval." : "."),
      .columns = cell_columns(results),
      .actions = name_of(actions)};
  table.columns.push_back({.head = "Parameters", .decimals = 0});
  for (const auto& arm : shown_arms(results)) {
    const auto label = arm_label(arm);
    append(table.columns, {{.head = "mean", .group = label},
                           {.head = "SD", .group = label},
                           {.head = "95 % interval", .kind = ColumnKind::range, .group = label}});
  }
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
  for (const auto& cell : results.cells) {
    if (cell.score_factor) {
      table.caption += fmt::format(" {}: earned at another reward_scale, and multiplied by {:.6g}.", cell.id,
                                   *cell.score_factor);
    }
    auto row = cell_labels(results, cell);
    row.push_back(number_cell(cell.parameters));
    for (const auto& arm : shown_arms(results)) {
      const auto& level = cell.arms.at(arm).scores[actions].seed_level;
      append(row, {number_cell(level.mean), number_cell(level.deviation), range_cell(level.ci95)});
    }
    if (with_gap) {
      const auto& gap = cell.gap.value().gaps[actions];
      append(row, {number_cell(gap.absolute), range_cell(gap.absolute_ci95)});
      append(row, percent_cells(gap));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table control_arms(const Results& results, ActionChoice actions) {
  Table table{
      .id = "table-control-arms-" + name_of(actions),
      .title = "Control arms.",
      .caption =
          "Arms beyond the two of the gap; the difference is the first arm less this one, paired by seed.",
      .columns = {{.head = "Cell", .kind = ColumnKind::label},
                  {.head = "Arm", .kind = ColumnKind::label},
                  {.head = "mean", .group = "Arm's score"},
                  {.head = "SD", .group = "Arm's score"},
                  {.head = "95 % interval", .kind = ColumnKind::range, .group = "Arm's score"},
                  {.head = "value", .sign = true, .group = "Difference"},
                  {.head = "95 % interval", .kind = ColumnKind::range, .sign = true, .group = "Difference"},
                  {.head = "p (t)", .kind = ColumnKind::p_value, .group = "Difference"},
                  {.head = "p (sign flip)", .kind = ColumnKind::p_value, .group = "Difference"}},
      .actions = name_of(actions)};
  for (const auto& cell : results.cells) {
    for (const auto& gap : cell.other_gaps) {
      const auto arm = gap.second;
      const auto& level = cell.arms.at(arm).scores[actions].seed_level;
      const auto& contrast = gap.gaps[actions].contrast;
      auto row = arm_row(cell, arm);
      append(row, {number_cell(level.mean), number_cell(level.deviation), range_cell(level.ci95),
                   number_cell(contrast.estimate), range_cell(contrast.ci95), number_cell(contrast.p_value),
                   number_cell(contrast.sign_flip_p)});
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

Table published_metrics(const Results& results, ActionChoice actions) {
  Table table{.id = "table-published-metrics-" + name_of(actions),
              .title = "The published study's metrics.",
              .caption = "Kept for comparison: over the pooled rows (seed" +
                         std::string(has_condition(results) ? " × " + condition_label(results) : "") +
                         ", for Individual × worker), standard deviation divided by n. Pooled rows are no "
                         "replicates, so nothing is tested here. The worst case is a plain " +
                         fmt::format("minimum; of fewer than {} seeds it bounds nothing.",
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
              .actions = name_of(actions)};
  for (const auto& cell : results.cells) {
    for (const auto& arm : results.arms) {
      const auto& scores = cell.arms.at(arm).scores[actions];
      auto row = arm_row(cell, arm);
      append(row, {number_cell(scores.rows), number_cell(scores.mean), number_cell(scores.deviation),
                   number_cell(scores.cv), range_cell(scores.cv_bootstrap.ci95), number_cell(scores.worst),
                   number_cell(scores.cvar05)});
      table.rows.push_back(std::move(row));
    }
  }
  caution_of_few_seeds(table, results, actions);
  return table;
}

Table beyond_means(const Results& results, ActionChoice actions) {
  Table table{
      .id = "table-beyond-means-" + name_of(actions),
      .title = "Beyond the mean.",
      .caption =
          "On seed means: the coefficient of variation with its exact interval, the interquartile mean "
          "(which trims failures away, so it is secondary) with a bootstrap over seeds. On pooled rows: the "
          "mean of the lowest 5 %.",
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
      .actions = name_of(actions)};
  std::set<std::string> iqm_notes;  // one that all share is what the caption says
  for (const auto& cell : results.cells) {
    for (const auto& arm : results.arms) {
      const auto note = text_cell(cell.arms.at(arm).scores[actions].iqm.note);
      iqm_notes.insert(note.empty() ? "" : *note.text());
    }
  }
  static const std::string no_note;
  for (const auto& cell : results.cells) {
    for (const auto& arm : results.arms) {
      const auto& scores = cell.arms.at(arm).scores[actions];
      const auto& cv = scores.cv_exact;
      const auto& iqm = scores.iqm;
      auto row = arm_row(cell, arm);
      append(row, {number_cell(cv.estimate), range_cell(cv.ci95), text_cell(cv.method),
                   number_cell(iqm.value), range_cell(iqm.ci95), number_cell(scores.cvar05),
                   joined_notes({cv.note, iqm_notes.size() > 1 ? iqm.note : no_note})});
      table.rows.push_back(std::move(row));
    }
  }
  caution_of_few_seeds(table, results, actions);
  drop_empty_columns(table);
  return table;
}

Table improvement(const Results& results, ActionChoice actions) {
  const auto arms = gap_arms_of(results);
  Table table{.id = "table-improvement-" + name_of(actions),
              .title = "Probability of improvement.",
              .columns = {{.head = "Cell", .kind = ColumnKind::label},
                          {.head = "Probability", .decimals = 3},
                          {.head = "95 % interval", .kind = ColumnKind::range, .decimals = 3},
                          {.head = "Seeds", .decimals = 0},
                          {.head = "Note", .kind = ColumnKind::text, .optional = true}},
              .actions = name_of(actions)};
  if (arms.empty()) return table;
  table.caption =
      fmt::format("How often a seed of {} scores above a seed of {}{}.", arm_label(arms[0]),
                  arm_label(arms[1]), has_condition(results) ? ", over the test conditions" : "") +
      " The interval is Newcombe's for independent seeds, which covers .95 or more with five seeds, also "
      "where every seed of one arm wins.";
  for (const auto& cell : results.cells) {
    const auto& chance = cell.gap.value().gaps[actions].probability_of_improvement;
    table.rows.push_back({cell.id, number_cell(chance.value), range_cell(chance.ci95),
                          number_cell(chance.n_seeds), text_cell(chance.note)});
  }
  lift_common_note(table);
  drop_empty_columns(table);
  return table;
}

Table published_quotients(const Results& results, ActionChoice actions) {
  Table table{.id = "table-published-quotients-" + name_of(actions),
              .title = "Quotients of the arms.",
              .caption =
                  "Robustness ratio: worst case of the first arm over that of the second, two minima and so "
                  "without an interval. Stability advantage: 1 − CV(first)/CV(second), seed-cluster "
                  "bootstrap.",
              .columns = {{.head = "Cell", .kind = ColumnKind::label},
                          {.head = "Advantage in the mean", .sign = true},
                          {.head = "Robustness ratio"},
                          {.head = "Stability advantage", .decimals = 3, .sign = true},
                          {.head = "95 % interval", .kind = ColumnKind::range, .decimals = 3, .sign = true}},
              .actions = name_of(actions)};
  for (const auto& cell : results.cells) {
    if (!cell.published_quotients) continue;
    const auto& quotients = (*cell.published_quotients)[actions];
    const auto& ratio = quotients.robustness_ratio;
    const auto& stability = quotients.stability_advantage;
    const auto arms = gap_arms_of(results);
    const auto& scores = cell.arms;
    table.rows.push_back(
        {cell.id,
         difference_cell(scores.at(arms[0]).scores[actions].mean, scores.at(arms[1]).scores[actions].mean),
         ratio.infinite ? Cell("infinite") : number_cell(ratio.value), number_cell(stability.estimate),
         range_cell(stability.ci95)});
  }
  caution_of_few_seeds(table, results, actions);
  return table;
}

Table published_changes(const Results& results, ActionChoice actions) {
  Table table{
      .id = "table-changes-" + name_of(actions),
      .title = "Changes from the baseline.",
      .caption = fmt::format(
          "Published metrics of each cell less those of {}, and in percent of them; the gap in percent "
          "changes by percentage points.",
          results.cells.at(0).id),
      .columns = {{.head = "Cell", .kind = ColumnKind::label},
                  {.head = "Arm", .kind = ColumnKind::label},
                  {.head = "value", .sign = true, .group = "Mean"},
                  {.head = "%", .decimals = 1, .sign = true, .group = "Mean"},
                  {.head = "value", .decimals = 3, .sign = true, .group = "CV"},
                  {.head = "%", .decimals = 1, .sign = true, .group = "CV"},
                  {.head = "value", .sign = true, .group = "Worst"},
                  {.head = "%", .decimals = 1, .sign = true, .group = "Worst"},
                  {.head = "pp", .decimals = 1, .sign = true, .group = "Gap"}},
      .actions = name_of(actions)};
  for (const auto& change : results.effects.changes) {
    const auto& published = change.effects[actions].published;
    for (const auto& arm : results.arms) {
      std::vector<Cell> row = {change.cell, arm_label(arm)};
      const auto& metrics = published.arms.at(arm);
      for (const auto* entry : {&metrics.mean, &metrics.cv, &metrics.worst})
        append(row, {number_cell(entry->absolute), number_cell(entry->percent)});
      row.push_back(arm == results.arms.front() ? number_cell(published.gap_percentage_points) : Cell(""));
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

}  // namespace windhover::report

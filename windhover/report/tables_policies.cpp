#include <algorithm>
#include <cmath>
#include <limits>

#include "windhover/analysis/statements.hpp"
#include "windhover/analysis/wording.hpp"
#include "windhover/report/results_view.hpp"
#include "windhover/report/tables.hpp"

namespace windhover::report {
namespace {

/// A reason, or the empty text.
Cell reason_cell(const std::optional<std::string>& reason) { return reason ? text_cell(reason) : Cell(""); }

/// A policy that learns nothing.
std::vector<Cell> simple_row(const std::string& name, const char* kind, Cell mean, Cell interval) {
  return {name, kind, std::move(mean), std::move(interval), "", ""};
}

/// A simple policy's mean in percent of the upper bound of the baseline cell.
Cell share_cell(const Results& results, const Cell& mean) {
  const auto* bound = upper_bound_of(results);
  if (bound == nullptr || mean.empty()) return {};
  auto nodes = mean.nodes;
  nodes.push_back(&bound->mean);
  return {100 * mean.number() / bound->mean, std::move(nodes)};
}

std::string bound_caption(const record::UpperBound& bound) {
  return fmt::format(
      " The upper bound{}{}. The interval of a learner's share of it is Fieller's, from the seeds and the "
      "bound's standard error.",
      bound.note.empty() ? "" : ": ", bound.note);
}

}  // namespace

Table best_for(const Results& results, ActionChoice actions) {
  Table table{.id = "table-best-for-" + name_of(actions),
              .title = "Best for.",
              .caption = "A cell is named only if its 95 % interval overlaps no other cell's.",
              .columns = {{.head = "Criterion", .kind = ColumnKind::label},
                          {.head = "Best", .kind = ColumnKind::verdict},
                          {.head = "Selected from", .decimals = 0},
                          {.head = "95 % interval, selection allowed for",
                           .kind = ColumnKind::range,
                           .optional = true},
                          {.head = "Rule", .kind = ColumnKind::text},
                          {.head = "Why withheld", .kind = ColumnKind::text}},
              .actions = name_of(actions)};
  for (const auto& entry : results.best_for) {
    if (entry.actions != actions) continue;
    table.rows.push_back({entry.criterion, entry.winner.value_or("withheld"),
                          number_cell(entry.selected_from), range_cell(entry.selected_ci95), entry.rule,
                          reason_cell(entry.withheld)});
  }
  if (std::ranges::any_of(results.best_for, [&](const auto& entry) {
        return entry.actions == actions && entry.selected_ci95.has_value();
      })) {
    table.caption +=
        " Whoever comes first of many does so by luck as well: the interval here allows for the selection "
        "from so many (Bonferroni), which is why it is wider than the cell's own.";
  }
  drop_empty_columns(table);
  return table;
}

Table recommendations(const Results& results) {
  Table table{.id = "table-recommendations",
              .title = "Recommendations.",
              .caption = "Derived from the numbers by the stated rule, and refused where intervals overlap.",
              .columns = {{.head = "For", .kind = ColumnKind::label},
                          {.head = "Actions", .kind = ColumnKind::text},
                          {.head = "Recommendation", .kind = ColumnKind::verdict},
                          {.head = "Rule", .kind = ColumnKind::text},
                          {.head = "Why refused", .kind = ColumnKind::text}}};
  const auto& entries = results.recommendations;
  for (const char* purpose : {"research", "deployment: performance", "deployment: reliability"}) {
    for (const auto& entry : entries) {
      if (entry.purpose != purpose) continue;
      table.rows.push_back({purpose, name_of(entry.actions), entry.recommendation.value_or("refused"),
                            entry.rule, reason_cell(entry.refused)});
    }
  }
  return table;
}

Table policy_ranking(const Results& results, ActionChoice actions) {
  const auto& policies = results.policies;
  Table table{
      .id = "table-ranking-" + name_of(actions),
      .title = "Learners among simple policies.",
      .caption = "Mean return" + std::string(has_condition(results) ? " over the test conditions" : "") +
                 ", best first. Learners: 95 % t interval on seed means. Simple policies: 1.96 standard "
                 "errors over episodes. A learner stands above or below random if its interval leaves random "
                 "out. Each interval is of its learner alone: that of the first of many, which was selected, "
                 "has to be wider.",
      .columns =
          {{.head = "Policy", .kind = ColumnKind::label},
           {.head = "Kind", .kind = ColumnKind::text},
           {.head = "Mean"},
           {.head = "95 % interval", .kind = ColumnKind::range},
           {.head = "Against random", .kind = ColumnKind::verdict},
           {.head = "Interval lies above", .kind = ColumnKind::text},
           {.head = "% of the upper bound", .decimals = 1, .optional = true},
           {.head = "95 % interval of that", .kind = ColumnKind::range, .decimals = 1, .optional = true}},
      .actions = name_of(actions)};
  if (!policies.cells.empty()) {
    table.caption +=
        " Simple policies score differently in other cells: listed are those of the baseline cell, and every "
        "learner is held against those of its own.";
  }
  const auto* bound = upper_bound_of(results);
  if (bound != nullptr) table.caption += bound_caption(*bound);
  for (const auto& learner : policies.learners) {
    if (learner.actions != actions) continue;
    const auto name = fmt::format("{}, {}", analysis::arm_label(learner.arm), learner.cell);
    const auto& share = learner.share_of_bound;
    table.rows.push_back(
        {name, std::string("learner"), number_cell(learner.mean), range_cell(learner.ci95),
         verdict_cell(learner.standing,
                      analysis::statement_key(analysis::standing_effect(learner.cell), learner.arm,
                                              analysis::measure_name("mean", actions))),
         analysis::list_text(learner.beats), share ? number_cell(share->percent) : Cell(),
         share ? range_cell(share->percent_ci95) : Cell()});
  }
  for (const auto& simple : policies.baseline.simple) {
    table.rows.push_back(simple_row(simple.policy, "simple policy", number_cell(simple.mean),
                                    normal_interval(simple.mean, simple.standard_error)));
  }
  if (bound != nullptr) {
    table.rows.push_back(simple_row(bound->name, "upper bound", number_cell(bound->mean),
                                    normal_interval(bound->mean, bound->standard_error)));
  }
  for (auto& row : table.rows) {
    if (row.size() == table.columns.size()) continue;
    row.push_back(share_cell(results, row[2]));
    row.emplace_back();
  }
  drop_empty_columns(table);
  std::ranges::stable_sort(table.rows, std::greater<>{}, [](const std::vector<Cell>& row) {
    return row[2].empty() ? std::numeric_limits<double>::lowest() : row[2].number();
  });
  return table;
}

}  // namespace windhover::report

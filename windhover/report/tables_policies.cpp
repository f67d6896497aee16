#include <algorithm>
#include <cmath>
#include <limits>

#include "windhover/analysis/wording.hpp"
#include "windhover/report/results_view.hpp"
#include "windhover/report/tables.hpp"

namespace windhover::report {
namespace {

/// The winner's name, or that there is none.
std::string winner(const Json& entry) {
  if (entry.at("winner").is_string()) return entry.at("winner").get<std::string>();
  return "withheld";
}

std::string joined(const Json& list) { return analysis::list_text(list.get<std::vector<std::string>>()); }

/// A policy that learns nothing.
std::vector<Cell> simple_row(const std::string& name, const char* kind, const Json& score) {
  return {name, kind, number_cell(score.at("mean")), normal_interval(score), "", ""};
}

/// A simple policy's mean in percent of the upper bound of the baseline cell.
Cell share_cell(const Json& results, const Cell& mean) {
  const auto bound = upper_bound_of(results);
  if (!bound || mean.empty()) return {};
  auto nodes = mean.nodes;
  nodes.push_back(&results.at("policies").at("upper_bound").at("mean"));
  return {100 * mean.number() / *bound, std::move(nodes)};
}

std::string bound_caption(const Json& results) {
  const auto& note = member(results.at("policies").at("upper_bound"), "note");
  const auto meaning = note.is_string() ? note.get<std::string>() : std::string();
  return fmt::format(
      " The upper bound{}{}. The interval of a learner's share of it is Fieller's, from the seeds and the "
      "bound's "
      "standard error.",
      meaning.empty() ? "" : ": ", meaning);
}

}  // namespace

Table best_for(const Json& results, const std::string& policy) {
  Table table{.id = "table-8-best-for-" + policy,
              .title = fmt::format("Table 8. Best for, {}.", policy_label(policy)),
              .caption = "A cell is named only if its 95 % interval overlaps no other cell's.",
              .columns = {{.head = "Criterion", .kind = ColumnKind::label},
                          {.head = "Best", .kind = ColumnKind::verdict},
                          {.head = "Rule", .kind = ColumnKind::text},
                          {.head = "Why withheld", .kind = ColumnKind::text}},
              .policy = policy};
  for (const auto& entry : results.at("best_for")) {
    if (entry.at("policy") != policy) continue;
    table.rows.push_back({entry.at("criterion").get<std::string>(), winner(entry),
                          entry.at("rule").get<std::string>(),
                          entry.at("withheld").is_string() ? text_cell(entry.at("withheld")) : Cell("")});
  }
  return table;
}

Table recommendations(const Json& results) {
  Table table{.id = "table-9-recommendations",
              .title = "Table 9. Recommendations.",
              .caption = "Derived from the numbers by the stated rule, and refused where intervals overlap.",
              .columns = {{.head = "For", .kind = ColumnKind::label},
                          {.head = "Actions", .kind = ColumnKind::text},
                          {.head = "Recommendation", .kind = ColumnKind::verdict},
                          {.head = "Rule", .kind = ColumnKind::text},
                          {.head = "Why refused", .kind = ColumnKind::text}}};
  const auto& entries = results.at("recommendations");
  for (const char* purpose : {"research", "deployment: performance", "deployment: reliability"}) {
    for (const auto& entry : entries) {
      if (entry.at("purpose") != purpose) continue;
      const auto& choice = entry.at("recommendation");
      table.rows.push_back({purpose, entry.at("policy").get<std::string>(),
                            choice.is_string() ? choice.get<std::string>() : "refused",
                            entry.at("rule").get<std::string>(),
                            entry.at("refused").is_string() ? text_cell(entry.at("refused")) : Cell("")});
    }
  }
  return table;
}

Table policy_ranking(const Json& results, const std::string& policy) {
  const auto& policies = results.at("policies");
  Table table{
      .id = "table-10-ranking-" + policy,
      .title = fmt::format("Table 10. Learners among simple policies, {}.", policy_label(policy)),
      .caption = "Mean return" + std::string(has_condition(results) ? " over the test velocities" : "") +
                 ", best first. Learners: 95 % t interval on seed "
                 "means. Simple policies: "
                 "1.96 standard errors over episodes. A learner stands above or below random if its "
                 "interval leaves random out.",
      .columns =
          {{.head = "Policy", .kind = ColumnKind::label},
           {.head = "Kind", .kind = ColumnKind::text},
           {.head = "Mean"},
           {.head = "95 % interval", .kind = ColumnKind::range},
           {.head = "Against random", .kind = ColumnKind::verdict},
           {.head = "Interval lies above", .kind = ColumnKind::text},
           {.head = "% of the upper bound", .decimals = 1, .optional = true},
           {.head = "95 % interval of that", .kind = ColumnKind::range, .decimals = 1, .optional = true}},
      .policy = policy};
  if (!member(policies, "cells").empty()) {
    table.caption +=
        " Simple policies score differently in other cells: listed are those of the baseline cell, and every "
        "learner is held against those of its own.";
  }
  if (upper_bound_of(results)) table.caption += bound_caption(results);
  for (const auto& learner : policies.at("learners")) {
    if (learner.at("policy") != policy) continue;
    const auto name = fmt::format("{}, {}", analysis::arm_label(learner.at("arm").get<std::string>()),
                                  learner.at("cell").get<std::string>());
    table.rows.push_back({name, std::string("learner"), number_cell(learner.at("mean")),
                          range_cell(learner.at("ci95")), text_cell(learner.at("standing")),
                          joined(learner.at("beats")),
                          number_cell(member(member(learner, "share_of_bound"), "percent")),
                          range_cell(member(member(learner, "share_of_bound"), "percent_ci95"))});
  }
  for (const auto& simple : policies.at("simple")) {
    table.rows.push_back(simple_row(simple.at("policy").get<std::string>(), "simple policy", simple));
  }
  if (upper_bound_of(results)) {
    table.rows.push_back(
        simple_row(upper_bound_name(results), "upper bound", results.at("policies").at("upper_bound")));
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

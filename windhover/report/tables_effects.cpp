#include <map>

#include "windhover/analysis/statements.hpp"
#include "windhover/analysis/wording.hpp"
#include "windhover/report/results_view.hpp"
#include "windhover/report/tables.hpp"

namespace windhover::report {
namespace {

/// Estimate, interval and verdict, then what else a contrast has.
std::vector<Cell> effect_cells(const analysis::Contrast& effect, std::string about) {
  return {number_cell(effect.estimate),
          range_cell(effect.ci95),
          verdict_cell(effect.verdict, std::move(about)),
          number_cell(effect.p_value),
          number_cell(effect.sign_flip_p),
          number_cell(effect.holm_p),
          number_cell(effect.bh_p),
          number_cell(effect.hedges_g),
          number_cell(effect.minimum_detectable_effect)};
}

std::vector<Column> effect_columns() {
  return {{.head = "On", .kind = ColumnKind::text},
          {.head = "Effect", .decimals = 3, .sign = true},
          {.head = "95 % interval", .kind = ColumnKind::range, .decimals = 3, .sign = true},
          {.head = "Verdict", .kind = ColumnKind::verdict},
          {.head = "p (t)", .kind = ColumnKind::p_value},
          {.head = "p (sign flip)", .kind = ColumnKind::p_value},
          {.head = "p (Holm)", .kind = ColumnKind::p_value, .optional = true},
          {.head = "p (BH)", .kind = ColumnKind::p_value, .optional = true},
          {.head = "Hedges g", .sign = true, .optional = true},
          {.head = "Detectable effect"}};
}

/// Rows of effects under one choice of actions.
class EffectRows {
 public:
  EffectRows(Table& table, const Results& results, ActionChoice choice)
      : table_(table), results_(results), choice_(choice) {}

  /// The mean of every arm, and the gap. `effect` is what the statements call it.
  void add_means(const std::vector<Cell>& labels, const std::string& effect, const analysis::Effect& on) {
    for (const auto& arm : results_.arms)
      add(labels, analysis::arm_label(arm) + " mean", on.mean.at(arm), key(effect, arm, "mean"));
    if (on.gap) add(labels, "gap", *on.gap, key(effect, {}, "gap"));
  }

  /// A measure of every arm that has it.
  void add_arms(const std::vector<Cell>& labels, const std::string& effect, const char* metric,
                const std::string& what, const std::map<std::string, analysis::Contrast>& measure) {
    for (const auto& arm : results_.arms) {
      const auto found = measure.find(arm);
      if (found == measure.end()) continue;
      add(labels, fmt::format("{} {}", analysis::arm_label(arm), what), found->second,
          key(effect, arm, metric));
    }
  }

 private:
  [[nodiscard]] std::string key(const std::string& effect, const std::optional<std::string>& arm,
                                const char* metric) const {
    return analysis::statement_key(effect, arm, analysis::measure_name(metric, choice_));
  }

  void add(std::vector<Cell> row, const std::string& on, const analysis::Contrast& measured,
           std::string about) {
    row.emplace_back(on);
    for (auto& cell : effect_cells(measured, std::move(about))) row.push_back(std::move(cell));
    table_.rows.push_back(std::move(row));
  }

  Table& table_;
  const Results& results_;
  ActionChoice choice_;
};

}  // namespace

Table component_effects(const Results& results, ActionChoice actions) {
  const bool components = has_two_factors(results);
  Table table{
      .id = "table-components-" + name_of(actions),
      .title = components ? "Effect of each component." : "Effect of each change.",
      .caption = (components ? std::string(
                                   "What changes when one component is added and the other is kept: the four "
                                   "gradients of the 2 × 2 design.")
                             : std::string("What one change does while everything else is kept.")) +
                 " Means and gap: paired over seeds, t interval. CV: of the pooled rows, t with "
                 "the jackknife's standard error, from five seeds on. The last column is the effect that "
                 "these seeds would detect with 80 % power.",
      .columns = {{.head = components ? "Component" : "Change", .kind = ColumnKind::label}},
      .actions = name_of(actions)};
  for (auto& column : effect_columns()) table.columns.push_back(std::move(column));
  EffectRows rows(table, results, actions);
  for (const auto& step : results.effects.steps) {
    const auto& effects = step.effects[actions];
    rows.add_means({step.label}, step.label, effects.effect);
    rows.add_arms({step.label}, step.label, "cv", "CV", effects.cv);
  }
  drop_empty_columns(table);
  return table;
}

Table contributions(const Results& results, ActionChoice actions) {
  Table table{
      .id = "table-contributions-" + name_of(actions),
      .title = "Main effects and interaction.",
      .caption =
          "Main effect: mean over the cells with the component less mean over those without. Interaction: "
          "the difference of the two differences; above 0 the components help each other. Paired over seeds. "
          "Interval and p (t) are not adjusted for the number of tests, the verdict is. The last column is "
          "the effect that these seeds would detect with 80 % power.",
      .columns = {{.head = "Effect of", .kind = ColumnKind::label},
                  {.head = "Kind", .kind = ColumnKind::label}},
      .actions = name_of(actions)};
  for (auto& column : effect_columns()) table.columns.push_back(std::move(column));
  EffectRows rows(table, results, actions);
  for (const auto& contribution : results.effects.contributions) {
    const std::vector<Cell> labels = {contribution.label, contribution.kind};
    const auto& effects = contribution.effects[actions];
    rows.add_means(labels, contribution.label, effects.effect);
    rows.add_arms(labels, contribution.label, "cv", "CV", effects.cv);
    if (actions != ActionChoice::greedy) continue;
    rows.add_arms(labels, contribution.label, "collapse", "collapsed models", effects.collapse);
  }
  drop_empty_columns(table);
  return table;
}

}  // namespace windhover::report

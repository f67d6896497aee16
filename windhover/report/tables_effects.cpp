#include <map>

#include "windhover/analysis/wording.hpp"
#include "windhover/report/results_view.hpp"
#include "windhover/report/tables.hpp"

namespace windhover::report {
namespace {

/// What an interval says in plain words; beside every null, what would have been found.
Cell reading_of(const std::optional<Interval>& interval, const Cell& detectable) {
  if (!interval) return "no interval";
  if (interval->lower > 0) return "above 0";
  if (interval->upper < 0) return "below 0";
  if (!(detectable.number() > 0)) return "not clear of 0";
  return {fmt::format("not clear of 0; ±{} would be", number_text(detectable.number(), 2, false)),
          detectable.nodes};
}

/// Estimate, interval and reading, then what else a contrast has.
std::vector<Cell> effect_cells(const analysis::Contrast& effect) {
  return {number_cell(effect.estimate),
          range_cell(effect.ci95),
          reading_of(effect.ci95, number_cell(effect.minimum_detectable_effect)),
          number_cell(effect.p_value),
          number_cell(effect.sign_flip_p),
          number_cell(effect.smallest_attainable_p),
          number_cell(effect.holm_p),
          number_cell(effect.bh_p),
          number_cell(effect.hedges_g),
          number_cell(effect.minimum_detectable_effect)};
}

std::vector<Cell> effect_cells(const analysis::Bootstrap& effect) {
  std::vector<Cell> cells = {number_cell(effect.estimate), range_cell(effect.ci95),
                             reading_of(effect.ci95, {})};
  cells.resize(cells.size() + 7);
  return cells;
}

std::vector<Column> effect_columns() {
  return {{.head = "On", .kind = ColumnKind::text},
          {.head = "Effect", .decimals = 3, .sign = true},
          {.head = "95 % interval", .kind = ColumnKind::range, .decimals = 3, .sign = true},
          {.head = "Reading", .kind = ColumnKind::verdict},
          {.head = "p (t)", .kind = ColumnKind::p_value},
          {.head = "p (sign flip)", .kind = ColumnKind::p_value},
          {.head = "smallest attainable", .kind = ColumnKind::p_value},
          {.head = "p (Holm)", .kind = ColumnKind::p_value, .optional = true},
          {.head = "p (BH)", .kind = ColumnKind::p_value, .optional = true},
          {.head = "Hedges g", .sign = true, .optional = true},
          {.head = "Detectable effect"}};
}

template <class Measured>
void add_effect(Table& table, std::vector<Cell> row, const std::string& on, const Measured& effect) {
  row.emplace_back(on);
  for (auto& cell : effect_cells(effect)) row.push_back(std::move(cell));
  table.rows.push_back(std::move(row));
}

/// The mean of every arm, and the gap.
void add_means(Table& table, const Results& results, const std::vector<Cell>& labels,
               const analysis::Effect& effect) {
  for (const auto& arm : results.arms)
    add_effect(table, labels, analysis::arm_label(arm) + " mean", effect.mean.at(arm));
  if (effect.gap) add_effect(table, labels, "gap", *effect.gap);
}

/// A measure of every arm that has it.
template <class Measured>
void add_arms(Table& table, const Results& results, const std::vector<Cell>& labels, const std::string& what,
              const std::map<std::string, Measured>& measure) {
  for (const auto& arm : results.arms) {
    const auto effect = measure.find(arm);
    if (effect != measure.end())
      add_effect(table, labels, fmt::format("{} {}", analysis::arm_label(arm), what), effect->second);
  }
}

}  // namespace

Table component_effects(const Results& results, ActionChoice policy) {
  const bool components = has_two_factors(results);
  Table table{
      .id = "table-3-components-" + name_of(policy),
      .title = fmt::format("Table 3. Effect of each {}, {}.", components ? "component" : "change",
                           policy_label(policy)),
      .caption = (components ? std::string(
                                   "What changes when one component is added and the other is kept: the four "
                                   "gradients of the 2 × 2 design.")
                             : std::string("What one change does while everything else is kept.")) +
                 " Means and gap: paired over seeds, t interval. CV: of the pooled rows, seed-cluster "
                 "bootstrap. The last column is the effect that these seeds would detect with 80 % power.",
      .columns = {{.head = components ? "Component" : "Change", .kind = ColumnKind::label}},
      .policy = name_of(policy)};
  for (auto& column : effect_columns()) table.columns.push_back(std::move(column));
  for (const auto& step : results.effects.steps) {
    const auto& effects = step.effects[policy];
    add_means(table, results, {step.label}, effects.effect);
    add_arms(table, results, {step.label}, "CV", effects.cv);
  }
  drop_empty_columns(table);
  return table;
}

Table contributions(const Results& results, ActionChoice policy) {
  Table table{
      .id = "table-5-contributions-" + name_of(policy),
      .title = fmt::format("Table 5. Main effects and interaction, {}.", policy_label(policy)),
      .caption =
          "Main effect: mean over the cells with the component less mean over those without. Interaction: "
          "the "
          "difference of the two differences; above 0 the components help each other. Paired over seeds. "
          "Interval and p (t) are not adjusted for the number of effects. The last column is the effect that "
          "these seeds would detect with 80 % power.",
      .columns = {{.head = "Effect of", .kind = ColumnKind::label},
                  {.head = "Kind", .kind = ColumnKind::label}},
      .policy = name_of(policy)};
  for (auto& column : effect_columns()) table.columns.push_back(std::move(column));
  for (const auto& contribution : results.effects.contributions) {
    const std::vector<Cell> labels = {contribution.label, contribution.kind};
    const auto& effects = contribution.effects[policy];
    add_means(table, results, labels, effects.effect);
    add_arms(table, results, labels, "CV", effects.cv);
    add_arms(table, results, labels, "collapsed models", effects.collapse);
  }
  drop_empty_columns(table);
  return table;
}

}  // namespace windhover::report

#include <array>

#include "windhover/analysis/wording.hpp"
#include "windhover/report/results_view.hpp"
#include "windhover/report/tables.hpp"

namespace windhover::report {
namespace {

/// What an estimate says in plain words; beside every null, what would have been found.
Cell reading_of(const Json& effect) {
  const auto interval = range_cell(effect.at("ci95"));
  const auto* range = interval.range();
  if (range == nullptr) return "no interval";
  if (range->lower > 0) return "above 0";
  if (range->upper < 0) return "below 0";
  const auto detectable = number_cell(member(effect, "minimum_detectable_effect"));
  if (!(detectable.number() > 0)) return "not clear of 0";
  return {fmt::format("not clear of 0; ±{} would be", number_text(detectable.number(), 2, false)),
          detectable.nodes};
}

constexpr std::array effect_keys = {"p_value", "sign_flip_p", "smallest_attainable_p",    "holm_p",
                                    "bh_p",    "hedges_g",    "minimum_detectable_effect"};

/// Estimate, interval and reading of a contrast or a bootstrap, then what else it has.
std::vector<Cell> effect_cells(const Json& effect) {
  std::vector<Cell> cells = {number_cell(effect.at("estimate")), range_cell(effect.at("ci95")),
                             reading_of(effect)};
  for (const char* key : effect_keys) cells.push_back(number_cell(member(effect, key)));
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

void add_effect(Table& table, std::vector<Cell> row, const std::string& on, const Json& effect) {
  row.emplace_back(on);
  for (auto& cell : effect_cells(effect)) row.push_back(std::move(cell));
  table.rows.push_back(std::move(row));
}

/// One row a measure: the mean of every arm, the gap, then the CV and the collapse count of every arm.
void add_effects(Table& table, const Json& results, const std::vector<Cell>& labels, const Json& effects) {
  for (const auto& arm : arms_of(results)) {
    add_effect(table, labels, analysis::arm_label(arm) + " mean", effects.at("mean").at(arm));
  }
  if (!effects.at("gap").is_null()) add_effect(table, labels, "gap", effects.at("gap"));
  for (const auto& [key, name] : {std::pair{"cv", "CV"}, std::pair{"collapse", "collapsed models"}}) {
    const auto& measure = member(effects, key);
    for (const auto& arm : arms_of(results)) {
      const auto& effect = measure.is_object() ? member(measure, arm.c_str()) : measure;
      if (effect.is_object()) add_effect(table, labels, analysis::arm_label(arm) + " " + name, effect);
    }
  }
}

}  // namespace

Table component_effects(const Json& results, const std::string& policy) {
  const bool components = has_two_factors(results);
  Table table{
      .id = "table-3-components-" + policy,
      .title = fmt::format("Table 3. Effect of each {}, {}.", components ? "component" : "change",
                           policy_label(policy)),
      .caption = (components ? std::string(
                                   "What changes when one component is added and the other is kept: the four "
                                   "gradients of the 2 × 2 design.")
                             : std::string("What one change does while everything else is kept.")) +
                 " Means and gap: paired over seeds, t interval. CV: of the pooled rows, seed-cluster "
                 "bootstrap. The last column is the effect that these seeds would detect with 80 % power.",
      .columns = {{.head = components ? "Component" : "Change", .kind = ColumnKind::label}},
      .policy = policy};
  for (auto& column : effect_columns()) table.columns.push_back(std::move(column));
  for (const auto& step : results.at("effects").at("steps")) {
    add_effects(table, results, {step.at("label").get<std::string>()}, step.at(policy));
  }
  drop_empty_columns(table);
  return table;
}

Table contributions(const Json& results, const std::string& policy) {
  Table table{
      .id = "table-5-contributions-" + policy,
      .title = fmt::format("Table 5. Main effects and interaction, {}.", policy_label(policy)),
      .caption =
          "Main effect: mean over the cells with the component less mean over those without. Interaction: "
          "the "
          "difference of the two differences; above 0 the components help each other. Paired over seeds. "
          "Interval and p (t) are not adjusted for the number of effects. The last column is the effect that "
          "these seeds would detect with 80 % power.",
      .columns = {{.head = "Effect of", .kind = ColumnKind::label},
                  {.head = "Kind", .kind = ColumnKind::label}},
      .policy = policy};
  for (auto& column : effect_columns()) table.columns.push_back(std::move(column));
  for (const auto& contribution : results.at("effects").at("contributions")) {
    add_effects(table, results,
                {contribution.at("label").get<std::string>(), contribution.at("kind").get<std::string>()},
                contribution.at(policy));
  }
  drop_empty_columns(table);
  return table;
}

}  // namespace windhover::report

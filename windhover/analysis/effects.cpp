#include "windhover/analysis/effects.hpp"

#include <map>
#include <string>

#include "windhover/analysis/collapse.hpp"
#include "windhover/analysis/design.hpp"
#include "windhover/analysis/inference.hpp"
#include "windhover/analysis/response.hpp"

namespace windhover::analysis {
namespace {

/// Above so many steps their CVs are left out: a sweep over many levels has thousands, which nobody reads.
constexpr std::size_t most_steps = 400;

/// What one contrast of cells does to means and gap.
Effect effect_on_means(const ScoreBook& book, const CellContrast& contrast, ActionChoice choice) {
  const auto& study = book.study();
  Effect effect;
  for (const auto& arm : study.arms) {
    effect.mean[arm] = contrast_of(contrast_values(contrast, arm_mean(book, arm, choice), study.seeds));
  }
  if (const auto arms = gap_arms(study)) {
    effect.gap = contrast_of(contrast_values(contrast, gap_response(book, *arms, choice), study.seeds));
  }
  return effect;
}

/// With the CV if wanted.
StepEffect step_effect(const ScoreBook& book, const CellContrast& contrast, ActionChoice choice,
                       bool with_cv) {
  StepEffect step{.effect = effect_on_means(book, contrast, choice)};
  for (const auto& arm : book.study().arms) {
    if (with_cv) step.cv[arm] = cv_contrast(book, contrast, arm, choice).test;
  }
  return step;
}

/// With tests of the CV and of collapse. Only greedy actions can collapse, so its contrast is the same under
/// both choices.
TestedEffect tested_effect(const ScoreBook& book, const CellContrast& contrast, ActionChoice choice,
                           const std::map<std::string, Response>& collapse_of_arms) {
  const auto& study = book.study();
  TestedEffect tested{.effect = effect_on_means(book, contrast, choice)};
  for (const auto& arm : study.arms) {
    tested.cv[arm] = cv_contrast(book, contrast, arm, choice).test;
    tested.collapse[arm] = contrast_of(contrast_values(contrast, collapse_of_arms.at(arm), study.seeds));
  }
  return tested;
}

std::vector<StepResults> step_results(const ScoreBook& book) {
  std::vector<StepResults> list;
  const auto steps = steps_of(book.study());
  for (const auto& step : steps) {
    auto& entry = list.emplace_back(StepResults{.factor = step.factor,
                                                .from = step.from,
                                                .to = step.to,
                                                .from_cell = step.from_cell,
                                                .to_cell = step.to_cell,
                                                .label = step.label});
    for (const auto choice : both_choices)
      entry.effects[choice] = step_effect(book, step.contrast(), choice, steps.size() <= most_steps);
  }
  return list;
}

std::vector<ContributionResults> contribution_results(const ScoreBook& book,
                                                      const std::vector<ModelCollapse>& collapse) {
  std::map<std::string, Response> collapse_of_arms;
  for (const auto& arm : book.study().arms) collapse_of_arms.emplace(arm, collapse_response(collapse, arm));
  std::vector<ContributionResults> list;
  for (const auto& contribution : contributions_of(book.study())) {
    auto& entry = list.emplace_back(ContributionResults{
        .kind = contribution.kind, .factors = contribution.factors, .label = contribution.label});
    for (const auto& term : contribution.contrast) entry.coefficients[term.cell] = term.coefficient;
    for (const auto choice : both_choices)
      entry.effects[choice] = tested_effect(book, contribution.contrast, choice, collapse_of_arms);
  }
  return list;
}

/// No percentage of a baseline that is not above 0.
PublishedChange published_change(double now, double before) {
  return {.absolute = now - before, .percent = before > 0 ? 100 * (now / before - 1) : not_a_number};
}

PublishedChanges published_changes(const CellResults& cell, const CellResults& baseline,
                                   ActionChoice choice) {
  PublishedChanges changes;
  for (const auto& [name, arm] : cell.arms) {
    const auto& now = arm.scores[choice];
    const auto& before = baseline.arms.at(name).scores[choice];
    changes.arms[name] = {.mean = published_change(now.mean, before.mean),
                          .cv = published_change(now.cv, before.cv),
                          .worst = published_change(now.worst, before.worst)};
  }
  if (cell.gap && baseline.gap) {
    changes.gap_percentage_points = cell.gap->gaps[choice].percent - baseline.gap->gaps[choice].percent;
  }
  return changes;
}

std::vector<ChangeResults> change_results(const ScoreBook& book, const std::vector<CellResults>& cells) {
  std::vector<ChangeResults> list;
  const auto& baseline = cells.front();
  for (std::size_t i = 1; i < cells.size(); ++i) {
    auto& entry = list.emplace_back(ChangeResults{.cell = cells[i].id, .baseline = baseline.id});
    const CellContrast contrast = {{entry.cell, 1.0}, {entry.baseline, -1.0}};
    for (const auto choice : both_choices) {
      entry.effects[choice] = {.effect = step_effect(book, contrast, choice, cells.size() <= most_steps),
                               .published = published_changes(cells[i], baseline, choice)};
    }
  }
  return list;
}

std::string absence_note(const record::Study& study) {
  if (study.cells.size() == 1) return "The study has one cell: nothing to compare it with.";
  if (factors_of(study).empty()) return "The cells do not differ in any factor.";
  if (is_full_factorial(study)) return {};
  return "The design does not hold every combination of levels once, so main effects and interactions can "
         "not be told apart; each change is compared on its own.";
}

}  // namespace

Effects effects_of(const ScoreBook& book, const std::vector<CellResults>& cells,
                   const std::vector<ModelCollapse>& collapse) {
  return {.steps = step_results(book),
          .contributions = contribution_results(book, collapse),
          .changes = change_results(book, cells),
          .note = absence_note(book.study())};
}

}  // namespace windhover::analysis

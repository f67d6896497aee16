#include "windhover/study/baselines.hpp"

#include <algorithm>
#include <cmath>

#include "windhover/bound/upper_bound.hpp"
#include "windhover/core/mean_with_error.hpp"

namespace windhover::study {
namespace {

/// The cell's environment without what concerns learners alone.
Json scored_environment(const CellPlan& cell) {
  Json fields = cell.settings.environment.json();
  for (const auto& name : cell.basis.environment->learner_fields) fields.erase(name);
  return fields;
}

/// Such cells meet the same episodes: simple policies earn the same, and the bound is the same.
bool same_evaluation(const CellPlan& first, const CellPlan& second) {
  return first.basis.environment == second.basis.environment &&
         scored_environment(first) == scored_environment(second) &&
         first.settings.training.workers == second.settings.training.workers &&
         first.settings.evaluation.velocities == second.settings.evaluation.velocities;
}

Result<std::vector<record::PolicyScore>> scores_of(const CellPlan& cell, const Watch& watch) {
  const Settings& settings = cell.settings;
  const env::Description& environment = *cell.basis.environment;
  watch.tell({.what = "simple policies"});
  auto scores = environment.score_simple_policies(settings.environment, settings.evaluation.velocities,
                                                  settings.training.workers, baseline_episodes, baseline_seed,
                                                  watch.stop());
  if (!scores) return in_context("simple policies", scores.error());
  if (environment.score_searched_policy) {
    watch.tell({.what = "search for the best simple policy"});
    const auto best = environment.score_searched_policy(settings.environment, settings.evaluation.velocities,
                                                        settings.training.workers, baseline_episodes,
                                                        baseline_seed, env::SearchFor::group, watch.stop());
    if (!best) return in_context("best simple policy", best.error());
    scores->insert(scores->end(), best->begin(), best->end());
  }
  for (const auto& score : *scores) {
    if (std::isfinite(score.mean)) continue;
    return failure(
        fmt::format("simple policies: '{}' earns {} at condition {}: the environment rewards with no number",
                    score.policy, score.mean, score.condition));
  }
  return recorded_scores(*scores);
}

/// Nothing for an environment without one.
Result<std::optional<record::UpperBound>> bound_of(const Plan& plan, const CellPlan& cell,
                                                   const Watch& watch) {
  const Settings& settings = cell.settings;
  const env::Description& environment = *cell.basis.environment;
  if (!environment.relaxation) return std::optional<record::UpperBound>();
  const int episodes = plan.study.quick ? quick_bound_episodes : bound_episodes;
  const auto bounds = bound::upper_bounds(environment, settings.environment, settings.evaluation.velocities,
                                          settings.training.workers,
                                          (episodes + cell.members - 1) / cell.members, baseline_seed, watch);
  if (!bounds) return in_context("upper bound", bounds.error());
  return std::optional(recorded_bound(*bounds));
}

/// Of one cell.
struct CellBaselines {
  std::vector<record::PolicyScore> policies = {};
  std::optional<record::UpperBound> upper_bound = {};
};

Result<CellBaselines> baselines_of(const Plan& plan, const CellPlan& cell, const Watch& watch) {
  auto scores = scores_of(cell, watch);
  if (!scores) return Failure(scores.error());
  auto bound = bound_of(plan, cell, watch);
  if (!bound) return Failure(bound.error());
  return CellBaselines{.policies = *std::move(scores), .upper_bound = *std::move(bound)};
}

record::ConditionScore recorded_score(const env::PolicyScore& score) {
  return {.condition = score.condition,
          .mean = score.mean,
          .standard_error = score.standard_error,
          .episodes = score.episodes};
}

/// The first cell of the plan with the same evaluation as this one, perhaps itself.
const CellPlan& first_like(const Plan& plan, const CellPlan& cell) {
  return *std::ranges::find_if(plan.cells,
                               [&](const CellPlan& other) { return same_evaluation(other, cell); });
}

}  // namespace

std::vector<record::PolicyScore> recorded_scores(const std::vector<env::PolicyScore>& scores) {
  std::vector<record::PolicyScore> list;
  for (const auto& score : scores) list.push_back({.policy = score.policy, .score = recorded_score(score)});
  return list;
}

record::UpperBound recorded_bound(const std::vector<env::PolicyScore>& bounds) {
  std::vector<double> means;
  std::vector<double> errors;
  record::UpperBound bound{.name = "upper bound", .note = bound_note};
  for (const auto& score : bounds) {
    means.push_back(score.mean);
    errors.push_back(score.standard_error);
    bound.conditions.push_back(recorded_score(score));
  }
  bound.mean = mean_with_error(means).mean;
  bound.standard_error = error_of_mean(errors);
  return bound;
}

Result<record::Baselines> score_baselines(const Plan& plan, const Watch& watch) {
  auto baseline = baselines_of(plan, plan.cells.front(), watch);
  if (!baseline) return Failure(baseline.error());
  record::Baselines all{.seed = baseline_seed,
                        .policies = std::move(baseline->policies),
                        .upper_bound = std::move(baseline->upper_bound)};
  for (const CellPlan& cell : plan.cells) {
    const CellPlan& first = first_like(plan, cell);
    if (&first == &plan.cells.front()) continue;
    if (&first != &cell) {
      all.cells[cell.cell.id] = all.cells[first.cell.id];
      all.cell_upper_bounds[cell.cell.id] = all.cell_upper_bounds[first.cell.id];
      continue;
    }
    auto own = baselines_of(plan, cell, watch);
    if (!own) return Failure(own.error());
    all.cells[cell.cell.id] = std::move(own->policies);
    all.cell_upper_bounds[cell.cell.id] = std::move(own->upper_bound);
  }
  return all;
}

}  // namespace windhover::study

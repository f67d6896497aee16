#include "windhover/study/baselines.hpp"

#include <algorithm>
#include <cmath>

#include "windhover/bound/upper_bound.hpp"
#include "windhover/core/mean_with_error.hpp"

namespace windhover::study {
namespace {

/// The cell's environment without what concerns learners alone.
Json scored_environment(const CellPlan& cell) {
  Json fields = cell.settings.environment;
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

Result<Json> scores_of(const CellPlan& cell, const Watch& watch) {
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
  return scores_to_json(*scores);
}

/// Null for an environment without one.
Result<Json> bound_of(const Plan& plan, const CellPlan& cell, const Watch& watch) {
  const Settings& settings = cell.settings;
  const env::Description& environment = *cell.basis.environment;
  if (!environment.relaxation) return Json();
  const int episodes = plan.study.quick ? quick_bound_episodes : bound_episodes;
  const auto bounds = bound::upper_bounds(environment, settings.environment, settings.evaluation.velocities,
                                          settings.training.workers,
                                          (episodes + cell.members - 1) / cell.members, baseline_seed, watch);
  if (!bounds) return in_context("upper bound", bounds.error());
  return bound_to_json(*bounds);
}

/// {policies, upper_bound} of one cell.
Result<Json> baselines_of(const Plan& plan, const CellPlan& cell, const Watch& watch) {
  auto scores = scores_of(cell, watch);
  if (!scores) return scores;
  auto bound = bound_of(plan, cell, watch);
  if (!bound) return bound;
  return Json{{"policies", *std::move(scores)}, {"upper_bound", *std::move(bound)}};
}

/// {condition, mean, standard_error, episodes}.
Json score_to_json(const env::PolicyScore& score) {
  return {{"condition", score.condition},
          {"mean", score.mean},
          {"standard_error", score.standard_error},
          {"episodes", score.episodes}};
}

/// The first cell of the plan with the same evaluation as this one, perhaps itself.
const CellPlan& first_like(const Plan& plan, const CellPlan& cell) {
  return *std::ranges::find_if(plan.cells,
                               [&](const CellPlan& other) { return same_evaluation(other, cell); });
}

}  // namespace

Json scores_to_json(const std::vector<env::PolicyScore>& scores) {
  Json list = Json::array();
  for (const auto& score : scores) {
    list.push_back(score_to_json(score));
    list.back()["policy"] = score.policy;
  }
  return list;
}

Json bound_to_json(const std::vector<env::PolicyScore>& bounds) {
  std::vector<double> means;
  std::vector<double> errors;
  Json conditions = Json::array();
  for (const auto& score : bounds) {
    means.push_back(score.mean);
    errors.push_back(score.standard_error);
    conditions.push_back(score_to_json(score));
  }
  return {{"name", "upper bound"},
          {"note", bound_note},
          {"mean", mean_with_error(means).mean},
          {"standard_error", error_of_mean(errors)},
          {"conditions", std::move(conditions)}};
}

Result<Json> score_baselines(const Plan& plan, const Watch& watch) {
  auto baseline = baselines_of(plan, plan.cells.front(), watch);
  if (!baseline) return baseline;
  Json policies = Json::object();
  Json bounds = Json::object();
  for (const CellPlan& cell : plan.cells) {
    const CellPlan& first = first_like(plan, cell);
    if (&first == &plan.cells.front()) continue;
    if (&first != &cell) {
      policies[cell.cell.id] = policies[first.cell.id];
      bounds[cell.cell.id] = bounds[first.cell.id];
      continue;
    }
    auto own = baselines_of(plan, cell, watch);
    if (!own) return own;
    policies[cell.cell.id] = std::move((*own)["policies"]);
    bounds[cell.cell.id] = std::move((*own)["upper_bound"]);
  }
  return Json{{"seed", baseline_seed},
              {"policies", std::move((*baseline)["policies"])},
              {"cells", std::move(policies)},
              {"reference", "random"},
              {"upper_bound", std::move((*baseline)["upper_bound"])},
              {"cell_upper_bounds", std::move(bounds)}};
}

}  // namespace windhover::study

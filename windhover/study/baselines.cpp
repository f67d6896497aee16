#include "windhover/study/baselines.hpp"

#include <algorithm>
#include <cmath>

#include "windhover/bound/upper_bound.hpp"

namespace windhover::study {
namespace {

/// Such cells meet the same episodes: simple policies earn the same, and the bound is the same.
bool same_evaluation(const CellPlan& first, const CellPlan& second) {
  return first.basis.environment == second.basis.environment &&
         first.settings.environment == second.settings.environment &&
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

/// The first cell of the plan with the same evaluation as this one, perhaps itself.
const CellPlan& first_like(const Plan& plan, const CellPlan& cell) {
  return *std::ranges::find_if(plan.cells,
                               [&](const CellPlan& other) { return same_evaluation(other, cell); });
}

}  // namespace

Json scores_to_json(const std::vector<env::PolicyScore>& scores) {
  Json list = Json::array();
  for (const auto& score : scores) {
    list.push_back({{"policy", score.policy},
                    {"condition", score.condition},
                    {"mean", score.mean},
                    {"standard_error", score.standard_error},
                    {"episodes", score.episodes}});
  }
  return list;
}

Json bound_to_json(const std::vector<env::PolicyScore>& bounds) {
  const auto count = static_cast<double>(bounds.size());
  double mean = 0;
  double squares = 0;
  Json conditions = Json::array();
  for (const auto& score : bounds) {
    mean += score.mean / count;
    squares += score.standard_error * score.standard_error;
    conditions.push_back({{"condition", score.condition},
                          {"mean", score.mean},
                          {"standard_error", score.standard_error},
                          {"episodes", score.episodes}});
  }
  return {{"name", "upper bound"},
          {"note", bound_note},
          {"mean", mean},
          {"standard_error", std::sqrt(squares) / count},
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

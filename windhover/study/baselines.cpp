#include "windhover/study/baselines.hpp"

#include <cmath>

#include "windhover/bound/upper_bound.hpp"

namespace windhover::study {
namespace {

/// The same evaluation as the baseline cell's, so that simple policies earn the same.
bool meets_same_episodes(const CellPlan& cell, const CellPlan& baseline) {
  return cell.settings.environment == baseline.settings.environment &&
         cell.settings.training.workers == baseline.settings.training.workers;
}

Result<Json> scores_of(const Plan& plan, const CellPlan& cell) {
  const Settings& settings = cell.settings;
  const env::Description& environment = *plan.basis.environment;
  auto scores =
      environment.score_simple_policies(settings.environment, settings.evaluation.velocities,
                                        settings.training.workers, baseline_episodes, baseline_seed);
  if (!scores) return in_context("simple policies", scores.error());
  if (environment.score_best_policy) {
    const auto best =
        environment.score_best_policy(settings.environment, settings.evaluation.velocities,
                                      settings.training.workers, baseline_episodes, baseline_seed);
    if (!best) return in_context("best simple policy", best.error());
    scores->insert(scores->end(), best->begin(), best->end());
  }
  return scores_to_json(*scores);
}

/// Null for an environment without one.
Result<Json> bound_of(const Plan& plan, const CellPlan& cell) {
  const Settings& settings = cell.settings;
  if (!plan.basis.environment->relaxation) return Json();
  const auto bounds = bound::upper_bounds(*plan.basis.environment, settings.environment,
                                          settings.evaluation.velocities, settings.training.workers,
                                          bound_episodes(cell.members), baseline_seed);
  if (!bounds) return in_context("upper bound", bounds.error());
  return bound_to_json(*bounds);
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

Result<Json> score_baselines(const Plan& plan) {
  const CellPlan& baseline = plan.cells.front();
  auto scores = scores_of(plan, baseline);
  if (!scores) return scores;
  auto bound = bound_of(plan, baseline);
  if (!bound) return bound;
  Json others = Json::object();
  Json other_bounds = Json::object();
  for (const CellPlan& cell : plan.cells) {
    if (meets_same_episodes(cell, baseline)) continue;
    auto own = scores_of(plan, cell);
    if (!own) return own;
    others[cell.cell.id] = *std::move(own);
    auto own_bound = bound_of(plan, cell);
    if (!own_bound) return own_bound;
    other_bounds[cell.cell.id] = *std::move(own_bound);
  }
  return Json{{"seed", baseline_seed},
              {"policies", *std::move(scores)},
              {"cells", std::move(others)},
              {"reference", "random"},
              {"upper_bound", *std::move(bound)},
              {"cell_upper_bounds", std::move(other_bounds)}};
}

}  // namespace windhover::study

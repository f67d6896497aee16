#include "windhover/study/baselines.hpp"

namespace windhover::study {
namespace {

Result<Json> scores_of(const Plan& plan, const CellPlan& cell) {
  const Settings& settings = cell.settings;
  const auto scores = plan.basis.environment->score_simple_policies(
      settings.environment, settings.evaluation.velocities, settings.training.workers, baseline_episodes,
      baseline_seed);
  if (!scores) return in_context("simple policies", scores.error());
  return scores_to_json(*scores);
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

Result<Json> score_baselines(const Plan& plan) {
  const CellPlan& baseline = plan.cells.front();
  auto scores = scores_of(plan, baseline);
  if (!scores) return scores;
  Json others = Json::object();
  for (const CellPlan& cell : plan.cells) {
    const bool same = cell.settings.environment == baseline.settings.environment &&
                      cell.settings.training.workers == baseline.settings.training.workers;
    if (same) continue;
    auto own = scores_of(plan, cell);
    if (!own) return own;
    others[cell.cell.id] = *std::move(own);
  }
  return Json{{"seed", baseline_seed},
              {"policies", *std::move(scores)},
              {"cells", std::move(others)},
              {"reference", "random"},
              {"upper_bound", nullptr}};
}

}  // namespace windhover::study

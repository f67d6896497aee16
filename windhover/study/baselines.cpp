#include "windhover/study/baselines.hpp"

#include <algorithm>
#include <vector>

namespace windhover::study {
namespace {

/// True if the simple policies meet the same in both cells.
bool same_world(const CellPlan& a, const CellPlan& b) {
  return a.basis.environment == b.basis.environment && a.settings.environment == b.settings.environment &&
         a.settings.training.workers == b.settings.training.workers &&
         a.settings.evaluation.velocities == b.settings.evaluation.velocities;
}

Result<Json> scores_of(const CellPlan& cell) {
  const Settings& settings = cell.settings;
  const auto scores = cell.basis.environment->score_simple_policies(
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
  auto scores = scores_of(baseline);
  if (!scores) return scores;
  Json others = Json::object();
  std::vector<const CellPlan*> scored;
  for (const CellPlan& cell : plan.cells) {
    if (same_world(cell, baseline)) continue;
    const auto known =
        std::ranges::find_if(scored, [&](const CellPlan* other) { return same_world(cell, *other); });
    if (known != scored.end()) {
      others[cell.cell.id] = Json(others[(*known)->cell.id]);
      continue;
    }
    auto own = scores_of(cell);
    if (!own) return own;
    others[cell.cell.id] = *std::move(own);
    scored.push_back(&cell);
  }
  return Json{{"seed", baseline_seed},
              {"policies", *std::move(scores)},
              {"cells", std::move(others)},
              {"reference", "random"},
              {"upper_bound", nullptr}};
}

}  // namespace windhover::study

#pragma once

#include "windhover/core/fields.hpp"
#include "windhover/core/result.hpp"
#include "windhover/study/plan.hpp"

namespace windhover::study {

/// The simple policies are scored under a seed of their own, so that no learner meets their episodes.
inline constexpr std::uint64_t baseline_seed = 1'000'003;
inline constexpr int baseline_episodes = 400;

/// {policy, condition, mean, standard_error, episodes} a score.
[[nodiscard]] Json scores_to_json(const std::vector<env::PolicyScore>& scores);

/// The scores of the environment's simple policies at the study's evaluation velocities, also stored as baselines.json:
///
///     seed, episodes
///     scores     of the baseline cell
///     cells      {id: scores} of the cells whose environment or number of workers is not the baseline's
[[nodiscard]] Result<Json> score_baselines(const Plan& plan);

}  // namespace windhover::study

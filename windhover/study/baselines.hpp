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

/// The scores of the environment's simple policies at the study's evaluation velocities: baselines.json in
/// the form of docs/record.md. Beside the keys there: `seed`, and `cells`, {id: policies} of those whose
/// environment, number of workers or test velocities are not the baseline cell's, whose scores stand in
/// `policies`.
[[nodiscard]] Result<Json> score_baselines(const Plan& plan);

}  // namespace windhover::study

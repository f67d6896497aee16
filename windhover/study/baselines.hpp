#pragma once

#include "windhover/core/fields.hpp"
#include "windhover/core/result.hpp"
#include "windhover/study/plan.hpp"

namespace windhover::study {

/// The simple policies are scored under a seed of their own, so that no learner meets their episodes.
inline constexpr std::uint64_t baseline_seed = 1'000'003;
inline constexpr int baseline_episodes = 400;

/// Episodes, or fleet episodes, under each condition whose upper bound is found: 100 of single members.
inline constexpr int bound_episodes(int members) { return (100 + members - 1) / members; }

inline constexpr const char* bound_note =
    "no policy can earn more: all tasks, channel states and capacities are known in advance, and parts of tasks "
    "count";

/// {policy, condition, mean, standard_error, episodes} a score.
[[nodiscard]] Json scores_to_json(const std::vector<env::PolicyScore>& scores);

/// {name, note, mean, standard_error, conditions: [{condition, mean, standard_error, episodes}]}; the mean is
/// over the conditions with equal weight.
[[nodiscard]] Json bound_to_json(const std::vector<env::PolicyScore>& bounds);

/// The scores of the environment's simple policies at the study's evaluation velocities, and the upper bound
/// where it has one: baselines.json in the form of docs/record.md. Beside the keys there: `seed`, and `cells`, {id: policies} of those whose
/// environment or number of workers is not the baseline cell's, whose scores stand in `policies`.
[[nodiscard]] Result<Json> score_baselines(const Plan& plan);

}  // namespace windhover::study

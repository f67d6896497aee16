#pragma once

#include "windhover/core/fields.hpp"
#include "windhover/core/result.hpp"
#include "windhover/core/watch.hpp"
#include "windhover/study/plan.hpp"

namespace windhover::study {

/// The simple policies are scored under a seed of their own, so that no learner meets their episodes.
inline constexpr std::uint64_t baseline_seed = 1'000'003;
inline constexpr int baseline_episodes = 400;

/// Episodes of one member under each condition whose upper bound is found; a fleet of n flies n in one.
inline constexpr int bound_episodes = 100;
inline constexpr int quick_bound_episodes = 20;

inline constexpr const char* bound_note =
    "all tasks, channel states and capacities are known in advance, and parts of tasks count; no policy can "
    "earn more";

/// {policy, condition, mean, standard_error, episodes} a score.
[[nodiscard]] Json scores_to_json(const std::vector<env::PolicyScore>& scores);

/// {name, note, mean, standard_error, conditions: [{condition, mean, standard_error, episodes}]}; the mean is
/// over the conditions with equal weight.
[[nodiscard]] Json bound_to_json(const std::vector<env::PolicyScore>& bounds);

/// baselines.json in the form of docs/record.md: the scores of the environment's simple policies at the
/// study's evaluation velocities, of the one whose numbers were searched, and the upper bound, each where the
/// environment has it. Beside the keys there: `seed`. Cells whose environment (but for what concerns learners
/// alone), number of workers or test velocities are not the baseline cell's have entries of their own.
/// Errors: a score that is no number, a linear program that was not solved; stopped.
[[nodiscard]] Result<Json> score_baselines(const Plan& plan, const Watch& watch = {});

}  // namespace windhover::study

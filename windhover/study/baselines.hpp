#pragma once

#include <vector>

#include "windhover/core/result.hpp"
#include "windhover/core/watch.hpp"
#include "windhover/record/baselines.hpp"
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

/// As baselines.json has them.
[[nodiscard]] std::vector<record::PolicyScore> recorded_scores(const std::vector<env::PolicyScore>& scores);

/// The bound of one cell from those under each condition, which have equal weight.
[[nodiscard]] record::UpperBound recorded_bound(const std::vector<env::PolicyScore>& bounds);

/// The scores of the environment's simple policies under the study's evaluation conditions, of the one whose
/// numbers were searched, and the upper bound, each where the environment has it. Cells whose environment
/// (but for what concerns learners alone), number of workers or test velocities are not the baseline cell's
/// have entries of their own. Errors: a score that is no number, a linear program that was not solved;
/// stopped.
[[nodiscard]] Result<record::Baselines> score_baselines(const Plan& plan, const Watch& watch = {});

}  // namespace windhover::study

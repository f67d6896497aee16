#pragma once

#include <vector>

#include "windhover/analysis/results/curves.hpp"
#include "windhover/analysis/scores.hpp"

namespace windhover::analysis {

/// One curve per cell, arm and choice of actions. `trained` says whether a worker trained under that
/// condition.
[[nodiscard]] std::vector<VelocityCurve> velocity_curves(const ScoreBook& book);

/// How often each action is taken, a curve per cell, arm and choice of actions.
[[nodiscard]] std::vector<ActionCurve> action_curves(const ScoreBook& book);

/// One curve per cell and arm. Episodes of all workers are averaged within at most 40 equal bins.
[[nodiscard]] std::vector<TrainingCurve> training_curves(const ScoreBook& book);

}  // namespace windhover::analysis

#pragma once

#include "windhover/analysis/scores.hpp"
#include "windhover/core/fields.hpp"

namespace windhover::analysis {

/// A list with one curve per cell, arm and choice of actions: {cell, arm, policy, points: [{condition,
/// trained, mean, ci95, seed_values}]}. `trained` says whether a worker trained under that condition.
[[nodiscard]] Json velocity_curves_json(const ScoreBook& book);

/// A list with one curve per cell and arm: {cell, arm, points: [{episode, mean, ci95, entropy,
/// seed_values}]}. Episodes of all workers are averaged within at most 40 equal bins; `episode` is a bin's
/// centre.
[[nodiscard]] Json training_curves_json(const ScoreBook& book);

}  // namespace windhover::analysis

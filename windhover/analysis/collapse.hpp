#pragma once

#include <string>

#include "windhover/analysis/response.hpp"
#include "windhover/analysis/scores.hpp"
#include "windhover/core/fields.hpp"

namespace windhover::analysis {

/// A model has collapsed greedily if one action takes at least this share of its greedy evaluation steps.
inline constexpr double greedy_collapse_share = 0.99;
/// It has collapsed in training if the mean policy entropy over this last share of training is below the
/// limit (nats) and its sampled score is not above the random policy's.
inline constexpr double final_training_share = 0.05;
inline constexpr double collapse_entropy = 0.05;

/// A list with one entry a model of every finished run: {cell, arm, seed, model, collapsed_greedy,
/// greedy_action, greedy_action_share, collapsed_training, final_entropy, low_entropy_since_episode,
/// sampled_score, reference_score, mean_action_probabilities, action_shares_greedy, largest_policy_loss,
/// largest_value_loss, largest_total_loss}; `reference_score` is the random policy's in the model's cell.
/// Without it `collapsed_training` is null where the entropy is low.
[[nodiscard]] Json collapse_json(const ScoreBook& book);

/// The share of a run's models that collapsed greedily; none where that is not known of one of them.
[[nodiscard]] Response collapse_response(const Json& collapse, const std::string& arm);

/// Puts models' counts into `cells`: collapsed_greedy and collapsed_training of every arm, null where there
/// is no model. Models for which it is not known are not counted.
void add_collapse_counts(Json& cells, const Json& collapse);

}  // namespace windhover::analysis

#pragma once

#include <string>
#include <vector>

#include "windhover/analysis/response.hpp"
#include "windhover/analysis/results/cells.hpp"
#include "windhover/analysis/results/curves.hpp"
#include "windhover/analysis/scores.hpp"

namespace windhover::analysis {

/// A model has collapsed greedily if one action takes at least this share of its greedy evaluation steps.
inline constexpr double greedy_collapse_share = 0.99;
/// It has collapsed in training if the mean policy entropy over this last share of training is below the
/// limit (nats) and its sampled score is not above the random policy's.
inline constexpr double final_training_share = 0.05;
inline constexpr double collapse_entropy = 0.05;

/// One entry a model of every finished run; `reference_score` is the random policy's in the model's cell.
/// Without it `collapsed_training` is not known where the entropy is low.
[[nodiscard]] std::vector<ModelCollapse> collapse_of(const ScoreBook& book);

/// The share of a run's models that collapsed greedily; none where that is not known of one of them.
[[nodiscard]] Response collapse_response(const std::vector<ModelCollapse>& collapse, const std::string& arm);

/// Puts models' counts into `cells`: collapsed_greedy and collapsed_training of every arm, none where there
/// is no model. Models for which it is not known are not counted.
void add_collapse_counts(std::vector<CellResults>& cells, const std::vector<ModelCollapse>& collapse);

}  // namespace windhover::analysis

#pragma once

#include "windhover/analysis/results/results.hpp"
#include "windhover/report/chart.hpp"

/// The figures of the report, each with its data. One without panels has no place in the design and is left
/// out. Every seed is drawn.
namespace windhover::report {

using analysis::Results;

/// Scores of every cell and arm, a panel a choice of actions.
[[nodiscard]] Figure score_figure(const Results& results);
/// The gap by cell, likewise.
[[nodiscard]] Figure gap_figure(const Results& results);
/// From arm to arm of the chain, a panel a choice of actions.
[[nodiscard]] Figure arm_chain_figure(const Results& results);
/// Scores against the levels of the study's only factor, if those are numbers.
[[nodiscard]] Figure dose_figure(const Results& results, ActionChoice actions);
/// Heat maps over two factors: gap in percent, then mean, CV and worst case of both arms.
[[nodiscard]] Figure heat_map_figure(const Results& results, ActionChoice actions);
/// The performance space: what the second factor does at each level of the first, for the gap and both means.
[[nodiscard]] Figure interaction_figure(const Results& results, ActionChoice actions);
/// What each component does while the other is kept.
[[nodiscard]] Figure step_figure(const Results& results);
/// Main effects and interactions.
[[nodiscard]] Figure effect_figure(const Results& results);
/// Scores against velocity, a panel a cell.
[[nodiscard]] Figure velocity_figure(const Results& results, ActionChoice actions);
/// The share of scores above every level, a panel a cell.
[[nodiscard]] Figure profile_figure(const Results& results, ActionChoice actions);
/// Training returns of all cells against environment steps, a panel an arm, with random actions and the best
/// rule.
[[nodiscard]] Figure learning_figure(const Results& results);
/// Entropy, losses and gradient norm in training, likewise.
[[nodiscard]] Figure diagnostics_figure(const Results& results);
/// How often each action is taken against the condition, a panel a cell and arm.
[[nodiscard]] Figure action_figure(const Results& results, ActionChoice actions);
/// The scores of all cells with each level of each factor, of designs with more cells than are drawn one by
/// one.
[[nodiscard]] Figure sweep_figure(const Results& results);
/// Learners and simple policies in one ranking.
[[nodiscard]] Figure ranking_figure(const Results& results);

}  // namespace windhover::report

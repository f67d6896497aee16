#pragma once

#include <span>
#include <string>

#include "windhover/analysis/response.hpp"
#include "windhover/analysis/scores.hpp"
#include "windhover/core/fields.hpp"

/// The aggregates of Agarwal et al., "Deep reinforcement learning at the edge of the statistical precipice",
/// NeurIPS 2021, with test velocities as tasks. Intervals resample whole seeds.
namespace windhover::analysis {

/// {value, ci95, n_seeds, few_seeds, note}: the interquartile mean of the pooled rows, by the seed-cluster
/// bootstrap.
[[nodiscard]] Json iqm_json(std::span<const RunScores* const> runs, ActionChoice choice);

/// {value, ci95, n_seeds, few_seeds, note}: the mean over conditions of the share of pairs of seeds in which
/// the first arm scores higher, ties counting half; over the seeds that both arms finished.
[[nodiscard]] Json probability_of_improvement_json(const ScoreBook& book, const std::string& cell,
                                                   const ArmPair& arms, ActionChoice choice);

/// {rule, taus, curves: [{cell, arm, policy, n_seeds, shares, lower, upper, note}]}: the share of an arm's
/// pooled rows above each threshold; the thresholds divide the range of all rows of the study evenly.
[[nodiscard]] Json performance_profiles_json(const ScoreBook& book);

}  // namespace windhover::analysis

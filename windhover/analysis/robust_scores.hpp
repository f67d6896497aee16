#pragma once

#include <span>
#include <string>

#include "windhover/analysis/response.hpp"
#include "windhover/analysis/results/curves.hpp"
#include "windhover/analysis/scores.hpp"

/// The aggregates of Agarwal et al., "Deep reinforcement learning at the edge of the statistical precipice",
/// NeurIPS 2021, with test velocities as tasks. Intervals rest on whole seeds.
namespace windhover::analysis {

/// The interquartile mean of the pooled rows, by the seed-cluster
/// bootstrap.
[[nodiscard]] RobustScore iqm_of(std::span<const RunScores* const> runs, ActionChoice choice);

/// The mean over conditions of the share of pairs of seeds in which
/// the first arm scores higher, ties counting half; over the seeds that both arms finished. With Newcombe's
/// interval (stats::improvement_interval), since a bootstrap has none where every seed of one arm wins.
[[nodiscard]] RobustScore probability_of_improvement(const ScoreBook& book, const std::string& cell,
                                                     const ArmPair& arms, ActionChoice choice);

/// The share of an arm's
/// pooled rows above each threshold; the thresholds divide the range of all rows of the study evenly.
[[nodiscard]] PerformanceProfiles performance_profiles(const ScoreBook& book);

}  // namespace windhover::analysis

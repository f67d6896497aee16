#pragma once

#include <vector>

#include "windhover/analysis/results/verdicts.hpp"
#include "windhover/analysis/scores.hpp"

namespace windhover::analysis {

/// The split-plot analysis of variance of every arm, factors between runs, the condition within them, and
/// runs within their cells as the error stratum, residuals included. There is no table, with the reason as
/// `note`, unless the study is a full factorial of which at least two seeds finished every cell. Seeds that
/// did not are left out, so that the design is balanced.
[[nodiscard]] ByChoice<std::vector<ArmAnova>> anova_of(const ScoreBook& book);

}  // namespace windhover::analysis

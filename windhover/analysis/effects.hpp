#pragma once

#include <vector>

#include "windhover/analysis/results/cells.hpp"
#include "windhover/analysis/results/curves.hpp"
#include "windhover/analysis/results/effects.hpp"
#include "windhover/analysis/scores.hpp"

namespace windhover::analysis {

/// What each factor does while the others are kept, main effects with interactions, and every cell against
/// the baseline; paired over seeds, for the mean of every arm, the gap, the CV and, of contributions, the
/// share of models that collapsed greedily. From `cells` come the changes of the published metrics, as
/// differences and in percent of the baseline.
[[nodiscard]] Effects effects_of(const ScoreBook& book, const std::vector<CellResults>& cells,
                                 const std::vector<ModelCollapse>& collapse);

}  // namespace windhover::analysis

#pragma once

#include <vector>

#include "windhover/analysis/results/cells.hpp"
#include "windhover/analysis/results/policies.hpp"
#include "windhover/analysis/scores.hpp"

namespace windhover::analysis {

/// One entry a criterion and choice of actions. The best candidate wins if its 95 % interval overlaps no
/// other candidate's; else there is no winner and `withheld` says which overlap, or that there are no
/// intervals.
[[nodiscard]] std::vector<BestFor> best_cells(const ScoreBook& book, const std::vector<CellResults>& cells);

/// What the numbers allow to recommend for research and for deployment.
[[nodiscard]] std::vector<Recommendation> recommendations_of(const ScoreBook& book,
                                                             const std::vector<CellResults>& cells,
                                                             const Policies& policies);

}  // namespace windhover::analysis

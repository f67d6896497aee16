#pragma once

#include <string>
#include <vector>

#include "windhover/analysis/response.hpp"
#include "windhover/analysis/results/cells.hpp"
#include "windhover/analysis/scores.hpp"

namespace windhover::analysis {

/// The scores of one arm of a cell under one choice of actions.
[[nodiscard]] ArmScores arm_scores(const ScoreBook& book, const std::string& cell, const std::string& arm,
                                   ActionChoice choice);

/// The difference of two arms of a cell, paired by seed.
[[nodiscard]] Gap gap_of(const ScoreBook& book, const std::string& cell, const ArmPair& arms,
                         ActionChoice choice);

/// Every cell without what collapse adds. Uses both choices of actions.
[[nodiscard]] std::vector<CellResults> cell_results(const ScoreBook& book);

}  // namespace windhover::analysis

#pragma once

#include <string>

#include "windhover/analysis/response.hpp"
#include "windhover/analysis/scores.hpp"
#include "windhover/core/fields.hpp"

namespace windhover::analysis {

/// The scores of one arm of a cell under one choice of actions. `mean`, `std`, `cv`, `worst` are the
/// published ones: over the pooled rows, std divided by n. `seed_level` is what inference rests on.
[[nodiscard]] Json scores_json(const ScoreBook& book, const std::string& cell, const std::string& arm,
                               ActionChoice choice);

/// The difference of two arms of a cell, paired by seed:
/// {absolute, absolute_ci95, percent, percent_ci95, unbounded, seeds, seed_values, contrast,
/// probability_of_improvement, note}.
[[nodiscard]] Json gap_json(const ScoreBook& book, const std::string& cell, const ArmPair& arms,
                            ActionChoice choice);

/// The list `cells` of the results without what collapse adds. Uses both choices of actions.
[[nodiscard]] Json cells_json(const ScoreBook& book);

}  // namespace windhover::analysis

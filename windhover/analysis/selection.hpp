#pragma once

#include "windhover/analysis/scores.hpp"
#include "windhover/core/fields.hpp"

namespace windhover::analysis {

/// A list with one entry a criterion and choice of actions: {policy, criterion, rule, unit, candidates:
/// [{label, value, ci95}], winner, withheld}. The best candidate wins if its 95 % interval overlaps no other
/// candidate's; else `winner` is null and `withheld` says which overlap, or that there are no intervals.
[[nodiscard]] Json best_for_json(const ScoreBook& book, const Json& cells);

/// A list of {purpose, policy, rule, recommendation, refused}: what the numbers allow to recommend for
/// research and for deployment. Exactly one of `recommendation` and `refused` is a text, the other null.
[[nodiscard]] Json recommendations_json(const ScoreBook& book, const Json& cells, const Json& policies);

}  // namespace windhover::analysis

#pragma once

#include "windhover/analysis/scores.hpp"
#include "windhover/core/fields.hpp"

namespace windhover::analysis {

/// {steps, contributions, changes, note}: what each factor does while the others are kept, main effects with
/// interactions, and every cell against the baseline; paired over seeds, for the mean of every arm, the gap,
/// the CV and, of contributions, the share of models that collapsed greedily. `cells` is that list of the
/// results: from it come the changes of the published metrics, as differences and in percent of the baseline;
/// `collapse` likewise.
[[nodiscard]] Json effects_json(const ScoreBook& book, const Json& cells, const Json& collapse);

}  // namespace windhover::analysis

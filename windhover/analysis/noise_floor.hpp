#pragma once

#include "windhover/analysis/scores.hpp"
#include "windhover/core/fields.hpp"

namespace windhover::analysis {

/// What nothing but other seeds does to a score (A/A): null if the study has no noise floor, else {cell,
/// seeds, rule, POLICY: {ARM: entry, gap: entry or null, largest_absolute}} with entries {difference, ci95,
/// standard_error, degrees_of_freedom, t, p_value, n_seeds: [a, b], note}: the mean under the replicate's
/// seeds less that under the study's, by Welch's two-sample t. `largest_absolute` is the largest magnitude of
/// the differences of arms.
[[nodiscard]] Json noise_floor_json(const ScoreBook& book);

}  // namespace windhover::analysis

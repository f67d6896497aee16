#pragma once

#include <optional>

#include "windhover/analysis/response.hpp"
#include "windhover/analysis/results/verdicts.hpp"
#include "windhover/analysis/scores.hpp"

namespace windhover::analysis {

/// What nothing but other seeds does to a score (A/A), if the study has a noise floor: the mean under the
/// replicate's seeds less that under the study's, by Welch's two-sample t. Adjusted p-values and verdicts
/// come with the family's (families.hpp): 'no effect shown' unless the p-value is below .05 after Holm's
/// adjustment, then 'effect shown where there is none'.
[[nodiscard]] std::optional<NoiseFloor> noise_floor_of(const ScoreBook& book);

/// A response in the noise floor's cell likewise, with `n_seeds` the smaller of both numbers and p-values of
/// the distance from `bound`. There is no sign flip.
[[nodiscard]] Contrast noise_floor_test(const ScoreBook& book, const Response& response, double bound);

}  // namespace windhover::analysis

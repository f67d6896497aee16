#pragma once

#include "windhover/analysis/response.hpp"
#include "windhover/analysis/scores.hpp"
#include "windhover/core/fields.hpp"

namespace windhover::analysis {

/// What nothing but other seeds does to a score (A/A): null if the study has no noise floor, else {cell,
/// seeds, rule, POLICY: {ARM: entry, gap: entry or null, largest_absolute}} with entries {difference, ci95,
/// standard_error, degrees_of_freedom, t, p_value, holm_p, verdict, n_seeds: [a, b], note}: the mean under
/// the replicate's seeds less that under the study's, by Welch's two-sample t. `largest_absolute` is the
/// largest magnitude of the differences of arms. The verdict is 'no effect shown' unless the p-value,
/// adjusted by Holm over the differences under that choice of actions, is below .05: then 'effect shown where
/// there is none'.
[[nodiscard]] Json noise_floor_json(const ScoreBook& book);

/// {estimate, ci95, standard_error, degrees_of_freedom, t, p_value, sign_flip_p, n_seeds, note} of a response
/// in the noise floor's cell: likewise, with `n_seeds` the smaller of both numbers and p-values of the
/// distance from `bound`.
[[nodiscard]] Json noise_floor_test(const ScoreBook& book, const Response& response, double bound);

}  // namespace windhover::analysis

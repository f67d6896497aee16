#pragma once

#include "windhover/core/fields.hpp"
#include "windhover/core/result.hpp"

namespace windhover::analysis {

/// Refuses claims that the numbers can not carry, wherever they stand in the results (the words of the
/// published study's claims and of a study file's, which are quoted beside their verdicts, excepted). Errors,
/// with the place:
/// - a share of the gap 'explained' or contributed by something;
/// - a percentage with an interval although the denominator's interval covers 0;
/// - a worst case from fewer than 59 rows without its caveat;
/// - a p-value, adjusted or not, that does not say on how many seeds it rests, or on more than the study has:
///   episodes, velocities and workers are not replicates; in the noise floor, on how many of the replicate's
///   and of the study's; one outside [0, 1], or of one seed;
/// - an adjusted p-value below the unadjusted one, or without it;
/// - an interval from fewer than two seeds;
/// - a coefficient of variation of a mean of 0 or below, an interquartile mean that does not say that it is
///   secondary, a share outside [0, 1].
[[nodiscard]] Result<void> lint(const Json& results);

}  // namespace windhover::analysis

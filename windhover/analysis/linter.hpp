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
/// - a p-value that does not say on how many seeds it rests, or on more than the study has: episodes,
/// velocities and
///   workers are not replicates; in the noise floor, on how many of the replicate's and of the study's.
[[nodiscard]] Result<void> lint(const Json& results);

}  // namespace windhover::analysis

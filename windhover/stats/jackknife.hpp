#pragma once

#include <cstddef>
#include <vector>

#include "windhover/core/result.hpp"
#include "windhover/stats/bootstrap.hpp"

namespace windhover::stats {

/// One value a seed whose mean is the statistic of all seeds and whose standard error is the jackknife's, so
/// that a paired t can be taken on them: Tukey's pseudo-values n s - (n - 1) s(without i), moved by the
/// jackknife's estimate of bias. Moved, since the t interval around the statistic itself covered better in
/// simulation for contrasts of CVs, where most of the bias cancels (docs/statistics.md).
/// Source: Tukey, "Bias and confidence in not-quite large samples", Annals of Mathematical Statistics 29(2),
/// 1958; Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, section 11.5. Errors: fewer than two
/// seeds; a selection for which the statistic is not finite.
[[nodiscard]] Result<std::vector<double>> jackknife_values(std::size_t seed_count,
                                                           const SeedStatistic& statistic);

}  // namespace windhover::stats

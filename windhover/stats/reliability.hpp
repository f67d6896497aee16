#pragma once

#include <span>
#include <vector>

#include "windhover/core/result.hpp"

namespace windhover::stats {

/// Variances of the one-way random model: value = level + (seed or group) + rest.
struct VarianceComponents {
  double between = 0.0;  ///< of the groups, not below 0
  double within = 0.0;

  /// between / (between + within). NaN without any variance.
  [[nodiscard]] double intraclass_correlation() const { return between / (between + within); }
};

/// From mean squares: within = MSW, between = (MSB - MSW)/k, cut at 0; for unequal groups k is replaced by
/// (N - sum n^2 / N) / (groups - 1).
/// Source: Searle, Casella, McCulloch, "Variance Components", 1992, chapter 3.
/// Errors of both: fewer than two groups, an empty group, groups of one value only, a value that is not
/// finite.
[[nodiscard]] Result<VarianceComponents> variance_components_anova(
    std::span<const std::vector<double>> groups);

/// By restricted maximum likelihood under normality (what lme4 reports): equal to the above in a balanced
/// design with MSB >= MSW; where between is 0, within is the variance of all values. Source: Patterson and
/// Thompson, Biometrika 58(3), 1971; the profile of the variance ratio is minimised by Brent's method.
[[nodiscard]] Result<VarianceComponents> variance_components_reml(
    std::span<const std::vector<double>> groups);

/// (MSB - MSW) / (MSB + (k-1) MSW), the reliability of one value of a group: ICC(1,1) of Shrout and Fleiss,
/// Psychological Bulletin 86(2), 1979, cut at 0; with the k above for unequal groups. NaN without any
/// variance. Errors: as above.
[[nodiscard]] Result<double> intraclass_correlation(std::span<const std::vector<double>> groups);

}  // namespace windhover::stats

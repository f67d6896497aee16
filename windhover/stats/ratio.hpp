#pragma once

#include <span>

#include "windhover/core/result.hpp"
#include "windhover/stats/interval.hpp"

namespace windhover::stats {

/// Fieller's confidence set for a ratio, such as the gap in percent.
/// Source: Fieller, "Some problems in interval estimation", Journal of the Royal Statistical Society B 16(2),
/// 1954.
struct FiellerInterval {
  /// False where the denominator is not distinguishable from 0 at this confidence, t^2 v22 / b^2 >= 1: the
  /// set is then the whole line or the outside of an interval, and no finite interval may be printed.
  bool bounded = false;
  Interval interval;  ///< -infinity .. infinity if not bounded
};

/// For the ratio a/b of two estimates with variances v11 and v22 and covariance v12: the roots of
///     (a - theta b)^2 = t^2 (v11 - 2 theta v12 + theta^2 v22),   t of `df` degrees of freedom.
/// The variances are those of the estimates (of means, not of single values).
/// Errors: an argument that is not finite, a negative variance, v12^2 > v11 v22, df <= 0, a confidence
/// outside (0, 1).
[[nodiscard]] Result<FiellerInterval> fieller(double a, double b, double v11, double v12, double v22,
                                              double df, double confidence);

/// The ratio of the two means over shared seeds: numerator[i] and denominator[i] come from one seed;
/// variances and covariance of the means are estimated from the pairs, with n-1 degrees of freedom. Errors:
/// different sizes, fewer than two pairs, a value that is not finite, a confidence outside (0, 1).
[[nodiscard]] Result<FiellerInterval> paired_ratio_interval(std::span<const double> numerator,
                                                            std::span<const double> denominator,
                                                            double confidence = 0.95);

}  // namespace windhover::stats

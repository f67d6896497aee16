#pragma once

#include <span>

#include "windhover/core/result.hpp"
#include "windhover/stats/interval.hpp"

namespace windhover::stats {

/// Confidence intervals for the coefficient of variation of a normal population, sigma/mu with mu > 0, from
/// the sample's (ddof 1). The upper end is infinite where the data do not tell mu from 0. Errors of both:
/// fewer than two values, a value that is not finite, a mean that is not positive, no spread, a confidence
/// outside (0, 1).

/// Below this coefficient of variation the exact interval is refused: its noncentralities become so large
/// that they are slow and then wrong. Vangel's interval is then accurate.
inline constexpr double exact_cv_interval_limit = 0.01;

/// The exact interval: sqrt(n)/CV is noncentral t with n-1 degrees of freedom and noncentrality sqrt(n)
/// mu/sigma. Source: Lehmann, "Testing Statistical Hypotheses", 2nd edition, 1986; Verrill, "Confidence
/// bounds for normal and lognormal distribution coefficients of variation", USDA FPL-RP-609, 2003. Errors:
/// also a coefficient of variation below exact_cv_interval_limit.
[[nodiscard]] Result<Interval> cv_interval_exact(std::span<const double> values, double confidence = 0.95);

/// Vangel's modification of McKay's approximation.
/// Source: Vangel, "Confidence intervals for a normal coefficient of variation", The American Statistician
/// 50(1), 1996.
[[nodiscard]] Result<Interval> cv_interval_vangel(std::span<const double> values, double confidence = 0.95);

}  // namespace windhover::stats

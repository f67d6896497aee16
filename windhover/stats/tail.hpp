#pragma once

#include <cstddef>
#include <span>

#include "windhover/core/result.hpp"

namespace windhover::stats {

/// What happens in the tail of a sample where larger is better. Errors of all: no values, a value that is not
/// finite, a share outside (0, 1).

/// From so many values on 95 % of the population lie above the lowest of them, with 95 % confidence: the
/// smallest n with 1 - 0.95^n >= 0.95. Source: Wilks, "Determination of sample sizes for setting tolerance
/// limits", Annals of Mathematical Statistics 12, 1941.
inline constexpr std::size_t fewest_for_minimum_bound = 59;

/// Linear interpolation between order statistics at (n-1) share: type 7 of Hyndman and Fan, "Sample quantiles
/// in statistical packages", The American Statistician 50(4), 1996 (the default of R and NumPy). Share from 0
/// to 1.
[[nodiscard]] Result<double> quantile_type_7(std::span<const double> values, double share);

/// Conditional value at risk of the lower tail: mean of the values <= the type-7 quantile at `share`.
/// Source: Rockafellar and Uryasev, Journal of Risk 2, 2000; variant: plain mean of the tail, without a
/// fractional weight at the quantile.
[[nodiscard]] Result<double> lower_cvar(std::span<const double> values, double share = 0.05);

}  // namespace windhover::stats

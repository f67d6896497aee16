#pragma once

#include <cstddef>
#include <limits>
#include <span>

namespace windhover::stats {

/// Summaries of a sample, accurate also when the spread is small beside the level: two passes over the values
/// after subtracting the first one, with the corrected sum of squares and compensated sums. Source: Chan,
/// Golub, LeVeque, "Algorithms for computing the sample variance", The American Statistician 37(3), 1983
/// (variant chosen: the corrected two-pass algorithm on shifted data). Checked against NIST StRD NumAcc1 and
/// NumAcc4.
///
/// A summary that does not exist for so few values is NaN; values that are not finite give a result that is
/// not.

/// What a statistic is that does not exist for the values given.
inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// Arithmetic mean. NaN for no values.
[[nodiscard]] double mean(std::span<const double> values);

/// sum (x - mean)^2. NaN for no values.
[[nodiscard]] double sum_of_squared_deviations(std::span<const double> values);

/// sqrt(sum (x - mean)^2 / (n - ddof)): ddof 1 estimates the spread of a population, 0 describes these values
/// only. NaN unless n > ddof.
[[nodiscard]] double standard_deviation(std::span<const double> values, int ddof);

/// sum (x - mean x)(y - mean y) / (n - ddof). NaN unless n > ddof. Precondition: equal sizes.
[[nodiscard]] double covariance(std::span<const double> x, std::span<const double> y, int ddof);

/// standard_deviation / mean, with the sign of the mean. NaN unless n > ddof; not finite where the mean is 0.
[[nodiscard]] double coefficient_of_variation(std::span<const double> values, int ddof);

/// The smallest value. NaN for no values, or if any value is NaN.
[[nodiscard]] double minimum(std::span<const double> values);

}  // namespace windhover::stats

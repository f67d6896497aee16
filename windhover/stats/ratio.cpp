#include "windhover/stats/ratio.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "windhover/stats/checks.hpp"
#include "windhover/stats/distributions.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::stats {

Result<FiellerInterval> fieller(double a, double b, double v11, double v12, double v22, double df,
                                double confidence) {
  const std::array arguments{a, b, v11, v12, v22, df};
  WINDHOVER_RETURN_IF_ERROR(check_sample(arguments, 0, "Fieller's a, b, v11, v12, v22, df"));
  WINDHOVER_RETURN_IF_ERROR(check_inside_unit_interval(confidence, "the confidence"));
  if (df <= 0.0) return usage_error(fmt::format("Fieller's degrees of freedom must be positive, not {}", df));
  if (v11 < 0.0 || v22 < 0.0) {
    return usage_error(fmt::format("Fieller's variances must not be negative: {} and {}", v11, v22));
  }
  constexpr double rounding =
      1e-12;  // a covariance of perfectly correlated means may exceed its bound by rounding
  if (std::fabs(v12) > std::sqrt(v11) * std::sqrt(v22) * (1.0 + rounding)) {
    return usage_error(
        fmt::format("Fieller's covariance {} is too large for the variances {} and {}", v12, v11, v22));
  }

  const double t = student_t_quantile(0.5 + 0.5 * confidence, df);
  const double t2 = t * t;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (t2 * v22 >= b * b) return FiellerInterval{false, {-infinity, infinity}};

  // square theta^2 - 2 half_linear theta + constant = 0, with square > 0 and so two real roots.
  const double square = b * b - t2 * v22;
  const double half_linear = a * b - t2 * v12;
  const double constant = a * a - t2 * v11;
  // The discriminant half_linear^2 - square constant, rearranged so that a^2 b^2 cancels by hand.
  const double discriminant =
      t2 * (b * b * v11 - 2.0 * a * b * v12 + a * a * v22) - t2 * t2 * (v11 * v22 - v12 * v12);
  const double root = std::sqrt(std::max(discriminant, 0.0));
  // The root of larger magnitude first, the other from their product: no difference of nearly equal numbers.
  const double far = half_linear >= 0.0 ? half_linear + root : half_linear - root;
  if (far == 0.0) return FiellerInterval{true, {0.0, 0.0}};
  const double one = far / square;
  const double other = constant / far;
  return FiellerInterval{true, {std::min(one, other), std::max(one, other)}};
}

Result<FiellerInterval> paired_ratio_interval(std::span<const double> numerator,
                                              std::span<const double> denominator, double confidence) {
  WINDHOVER_RETURN_IF_ERROR(
      check_same_size(numerator.size(), denominator.size(), "numerators and denominators"));
  WINDHOVER_RETURN_IF_ERROR(check_sample(numerator, 2, "numerators"));
  WINDHOVER_RETURN_IF_ERROR(check_sample(denominator, 2, "denominators"));
  const double count = static_cast<double>(numerator.size());
  return fieller(mean(numerator), mean(denominator), covariance(numerator, numerator, 1) / count,
                 covariance(numerator, denominator, 1) / count,
                 covariance(denominator, denominator, 1) / count, count - 1.0, confidence);
}

}  // namespace windhover::stats

#include "windhover/stats/effect_size.hpp"

#include <cmath>

#include "windhover/core/contract.hpp"
#include "windhover/stats/checks.hpp"
#include "windhover/stats/distributions.hpp"
#include "windhover/stats/robust.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::stats {

double partial_eta_squared(double term_sum_of_squares, double error_sum_of_squares) {
  return term_sum_of_squares / (term_sum_of_squares + error_sum_of_squares);
}

double partial_omega_squared(double term_degrees_of_freedom, double f, double observations) {
  const double excess = term_degrees_of_freedom * (f - 1.0);
  return excess / (excess + observations);
}

double hedges_correction(double degrees_of_freedom) {
  WINDHOVER_CHECK_OP(degrees_of_freedom, >, 1.0);
  const double half = 0.5 * degrees_of_freedom;
  return std::exp(log_gamma(half) - log_gamma(half - 0.5)) / std::sqrt(half);
}

Result<StandardisedDifference> standardised_difference(std::span<const double> first,
                                                       std::span<const double> second) {
  WINDHOVER_RETURN_IF_ERROR(check_sample(first, 2, "values of the first side"));
  WINDHOVER_RETURN_IF_ERROR(check_sample(second, 2, "values of the second side"));
  const double freedom = static_cast<double>(first.size() + second.size() - 2);
  const double pooled =
      std::sqrt((sum_of_squared_deviations(first) + sum_of_squared_deviations(second)) / freedom);
  if (pooled == 0.0) return usage_error("neither side has any spread: there is no standardised difference");
  const double d = (mean(first) - mean(second)) / pooled;
  return StandardisedDifference{d, d * hedges_correction(freedom)};
}

Result<StandardisedDifference> standardised_paired_difference(std::span<const double> differences) {
  WINDHOVER_RETURN_IF_ERROR(check_sample(differences, 3, "differences"));
  const double spread = standard_deviation(differences, 1);
  if (spread == 0.0) return usage_error("the differences have no spread: there is no standardised mean");
  const double d = mean(differences) / spread;
  return StandardisedDifference{d, d * hedges_correction(static_cast<double>(differences.size() - 1))};
}

Result<double> cliffs_delta(std::span<const double> first, std::span<const double> second) {
  const Result<double> improvement = probability_of_improvement(first, second);
  WINDHOVER_RETURN_IF_ERROR(improvement);
  return 2.0 * *improvement - 1.0;
}

}  // namespace windhover::stats

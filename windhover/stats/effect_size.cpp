#include "windhover/stats/effect_size.hpp"

#include <cmath>

#include "windhover/core/contract.hpp"
#include "windhover/stats/checks.hpp"
#include "windhover/stats/distributions.hpp"
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

Result<double> paired_hedges_g(std::span<const double> differences) {
  WINDHOVER_RETURN_IF_ERROR(check_sample(differences, 3, "differences"));
  const double spread = standard_deviation(differences, 1);
  if (spread == 0.0) return usage_error("the differences have no spread: there is no standardised mean");
  const double d = mean(differences) / spread;
  return d * hedges_correction(static_cast<double>(differences.size() - 1));
}

}  // namespace windhover::stats

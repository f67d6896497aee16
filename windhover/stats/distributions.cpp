#include "windhover/stats/distributions.hpp"

#include <cmath>
#include <cstdint>

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/tools/roots.hpp>

#include "windhover/core/contract.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::stats {
namespace {

namespace policies = boost::math::policies;

/// No exceptions: what Boost cannot evaluate is NaN or infinity, and the callers check.
using Quiet = policies::policy<
    policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
    policies::overflow_error<policies::ignore_error>, policies::evaluation_error<policies::ignore_error>>;

using StudentT = boost::math::students_t_distribution<double, Quiet>;
using FisherF = boost::math::fisher_f_distribution<double, Quiet>;
using ChiSquared = boost::math::chi_squared_distribution<double, Quiet>;
using NoncentralT = boost::math::non_central_t_distribution<double, Quiet>;

void check_probability(double probability) {
  WINDHOVER_CHECK_OP(probability, >, 0.0);
  WINDHOVER_CHECK_OP(probability, <, 1.0);
}

/// Boost counts the terms of the noncentral t in 32 bits: up to this noncentrality.
constexpr double largest_noncentrality = 6e4;

/// P(T > t) for a larger one: next to it the normal part, which is of order 1, does not count, and T is the
/// noncentrality over chi/sqrt(freedom).
double far_upper_tail(double t, double degrees_of_freedom, double noncentrality) {
  if (t <= 0.0) return 1.0;
  const double ratio = noncentrality / t;
  return boost::math::cdf(ChiSquared(degrees_of_freedom), degrees_of_freedom * ratio * ratio);
}

}  // namespace

double student_t_quantile(double probability, double degrees_of_freedom) {
  check_probability(probability);
  WINDHOVER_CHECK_OP(degrees_of_freedom, >, 0.0);
  return boost::math::quantile(StudentT(degrees_of_freedom), probability);
}

double student_t_two_sided_p(double t, double degrees_of_freedom) {
  if (std::isnan(t)) return t;
  WINDHOVER_CHECK_OP(degrees_of_freedom, >, 0.0);
  if (std::isinf(t)) return 0.0;
  return 2.0 * boost::math::cdf(StudentT(degrees_of_freedom), -std::fabs(t));
}

double f_upper_tail(double f, double numerator_freedom, double denominator_freedom) {
  if (std::isnan(f)) return f;
  WINDHOVER_CHECK_OP(numerator_freedom, >, 0.0);
  WINDHOVER_CHECK_OP(denominator_freedom, >, 0.0);
  if (std::isinf(f)) return 0.0;
  return boost::math::cdf(boost::math::complement(FisherF(numerator_freedom, denominator_freedom), f));
}

double chi_squared_quantile(double probability, double degrees_of_freedom) {
  check_probability(probability);
  WINDHOVER_CHECK_OP(degrees_of_freedom, >, 0.0);
  return boost::math::quantile(ChiSquared(degrees_of_freedom), probability);
}

double noncentral_t_probability(double t, double degrees_of_freedom, double noncentrality) {
  if (std::isnan(t) || std::isnan(noncentrality)) return not_a_number;
  WINDHOVER_CHECK_OP(degrees_of_freedom, >, 0.0);
  if (noncentrality > largest_noncentrality)
    return 1.0 - far_upper_tail(t, degrees_of_freedom, noncentrality);
  return boost::math::cdf(NoncentralT(degrees_of_freedom, noncentrality), t);
}

double noncentral_t_upper_tail(double t, double degrees_of_freedom, double noncentrality) {
  if (std::isnan(t) || std::isnan(noncentrality)) return not_a_number;
  WINDHOVER_CHECK_OP(degrees_of_freedom, >, 0.0);
  if (noncentrality > largest_noncentrality) return far_upper_tail(t, degrees_of_freedom, noncentrality);
  return boost::math::cdf(boost::math::complement(NoncentralT(degrees_of_freedom, noncentrality), t));
}

double noncentral_t_noncentrality(double t, double degrees_of_freedom, double probability) {
  check_probability(probability);
  WINDHOVER_CHECK_OP(t, >=, 0.0);
  const auto excess = [&](double noncentrality) {
    return noncentral_t_probability(t, degrees_of_freedom, noncentrality) - probability;
  };
  double below = 0.0;
  const double excess_at_zero = excess(below);
  if (excess_at_zero <= 0.0) return 0.0;
  double excess_below = excess_at_zero;
  double above = t + 1.0;
  double excess_above = excess(above);
  for (int doubling = 0; excess_above > 0.0; ++doubling) {
    if (doubling == 60) return not_a_number;
    below = above;
    excess_below = excess_above;
    above *= 2.0;
    excess_above = excess(above);
  }
  if (!(excess_above <= 0.0)) return not_a_number;
  std::uintmax_t iterations = 200;
  const auto [left, right] =
      boost::math::tools::toms748_solve(excess, below, above, excess_below, excess_above,
                                        boost::math::tools::eps_tolerance<double>(42), iterations, Quiet());
  return 0.5 * (left + right);
}

double log_gamma(double x) {
  WINDHOVER_CHECK_OP(x, >, 0.0);
  return boost::math::lgamma(x, Quiet());
}

}  // namespace windhover::stats

#pragma once

namespace windhover::stats {

/// The distributions that the tests and intervals of this folder need, from Boost.Math; kept behind this
/// header because Boost's are slow to compile. Probabilities are P(X <= x) unless the name says otherwise.
/// Preconditions: degrees of freedom > 0, probabilities strictly inside (0, 1). A NaN argument gives NaN.

[[nodiscard]] double student_t_quantile(double probability, double degrees_of_freedom);
/// P(|T| >= |t|).
[[nodiscard]] double student_t_two_sided_p(double t, double degrees_of_freedom);

/// P(F >= f); 0 for an infinite f.
[[nodiscard]] double f_upper_tail(double f, double numerator_freedom, double denominator_freedom);

[[nodiscard]] double chi_squared_quantile(double probability, double degrees_of_freedom);

[[nodiscard]] double noncentral_t_probability(double t, double degrees_of_freedom, double noncentrality);
[[nodiscard]] double noncentral_t_upper_tail(double t, double degrees_of_freedom, double noncentrality);

/// The noncentrality >= 0 at which P(T <= t) is `probability` (it falls as the noncentrality grows), to about
/// 12 digits. 0 where even a central T stays below that probability. Precondition: t >= 0.
[[nodiscard]] double noncentral_t_noncentrality(double t, double degrees_of_freedom, double probability);

/// log Gamma(x) for x > 0. Not std::lgamma, which sets a global sign and so may not be called from several
/// threads.
[[nodiscard]] double log_gamma(double x);

}  // namespace windhover::stats

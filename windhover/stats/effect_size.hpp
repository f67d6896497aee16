#pragma once

#include <span>

#include "windhover/core/result.hpp"

namespace windhover::stats {

/// SS / (SS + SSE): the share of the variance left by the other terms that this one explains. NaN if both are
/// 0. Source: Cohen, "Eta-squared and partial eta-squared in fixed factor ANOVA designs", 1973.
[[nodiscard]] double partial_eta_squared(double term_sum_of_squares, double error_sum_of_squares);

/// df (F - 1) / (df (F - 1) + N): partial eta^2 without most of its bias; may be negative.
/// Source: Olejnik and Algina, Psychological Methods 8(4), 2003.
[[nodiscard]] double partial_omega_squared(double term_degrees_of_freedom, double f, double observations);

/// Gamma(v/2) / (sqrt(v/2) Gamma((v-1)/2)): takes the bias out of Cohen's d at v degrees of freedom.
/// Precondition: v > 1. Source: Hedges, "Distribution theory for Glass's estimator of effect size", Journal
/// of Educational Statistics 6(2), 1981; variant: the exact gamma form, not 1 - 3/(4v-1).
[[nodiscard]] double hedges_correction(double degrees_of_freedom);

/// Hedges' g of one difference a seed: their mean over their standard deviation (ddof 1), which is what a
/// paired comparison is standardised by when seeds are shared, corrected at n - 1 degrees of freedom. Larger
/// than the g of two groups over their pooled standard deviation where the seeds of the two sides move
/// together; the two are not to be mixed. Source: "d_z" of Lakens, Frontiers in Psychology 4:863, 2013.
/// Errors: fewer than three values (the correction does not exist), a value that is not finite, no spread.
[[nodiscard]] Result<double> paired_hedges_g(std::span<const double> differences);

}  // namespace windhover::stats

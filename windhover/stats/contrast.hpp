#pragma once

#include <span>

#include "windhover/core/result.hpp"
#include "windhover/stats/interval.hpp"

namespace windhover::stats {

/// An estimated contrast between cells with its tests.
struct Contrast {
  double estimate = 0.0;
  double standard_error = 0.0;
  double degrees_of_freedom = 0.0;
  double t = 0.0;                      ///< estimate / standard_error
  double p_value = 1.0;                ///< two-sided, from t
  Interval interval;                   ///< of the estimate, from t
  double sign_flip_p = 1.0;            ///< two-sided exact sign flip; NaN for cells that share no seeds
  double smallest_attainable_p = 1.0;  ///< that the sign flip can reach with so many seeds; NaN likewise
};

/// True unless the values are the same but for rounding, so that no t can be taken on them. False for fewer
/// than two values.
[[nodiscard]] bool has_spread(std::span<const double> values);

/// Cells that share their seeds (our default): the contrast was formed within each seed, per_seed_values[i]
/// is that of seed i. One-sample t on n-1 degrees of freedom, and the exact sign flip (see permutation.hpp)
/// beside it. Where every seed gives 0 the cells are the same: t = 0 and both p are 1. Errors: fewer than two
/// seeds, a value that is not finite, a confidence outside (0, 1), or every seed giving the same value other
/// than 0 (there is no spread to compare it with, so no t).
[[nodiscard]] Result<Contrast> paired_contrast(std::span<const double> per_seed_values,
                                               double confidence = 0.95);

/// mean(first) - mean(second) of two cells that share no seeds: Welch's t test, SE^2 = sum s^2 / n with
/// degrees of freedom after Satterthwaite, SE^4 / sum(s^4 / (n^2 (n-1))). Of one cell under two disjoint sets
/// of seeds (A/A) it is the noise floor, against which every effect is drawn. Source: Satterthwaite, "An
/// approximate distribution of estimates of variance components", Biometrics Bulletin 2(6), 1946; Welch,
/// Biometrika 34, 1947. Errors: fewer than two values in a cell, a value that is not finite, no spread in
/// either, a confidence outside (0, 1).
[[nodiscard]] Result<Contrast> welch_contrast(std::span<const double> first, std::span<const double> second,
                                              double confidence = 0.95);

}  // namespace windhover::stats

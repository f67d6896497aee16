#pragma once

#include <functional>
#include <span>

#include "windhover/core/result.hpp"

namespace windhover::stats {

/// Power of two-sided t tests of contrasts, from the noncentral t.
/// Source: Cohen, "Statistical Power Analysis for the Behavioral Sciences", 2nd edition, 1988; the numbers
/// are those of R's power.t.test.

/// What decides the power of a contrast: its standard error in units of the standard deviation that effects
/// are measured in (`sigma`), and the degrees of freedom of its t.
struct ContrastDesign {
  double standard_error = 1.0;
  double degrees_of_freedom = 1.0;
};

/// Cells that share no seeds, `seeds` in each; sigma is the standard deviation of seeds in a cell. Freedom:
/// that of the pooled standard deviation. Errors: fewer than two seeds, fewer than two cells, a coefficient
/// that is not finite.
[[nodiscard]] Result<ContrastDesign> independent_cells_design(std::span<const double> coefficients,
                                                              int seeds);

/// Cells over shared seeds (our default), where sigma is the standard deviation of the contrast over seeds:
/// one-sample t on seeds - 1 degrees. Errors: fewer than two seeds.
[[nodiscard]] Result<ContrastDesign> paired_design(int seeds);

/// The same in units of the standard deviation of a cell, once the correlation of any two cells over seeds is
/// known: the contrast's standard deviation is then sqrt((1 - correlation) sum c^2). Errors: fewer than two
/// seeds, coefficients that do not sum to 0, a correlation outside [-1, 1).
[[nodiscard]] Result<ContrastDesign> paired_design(std::span<const double> coefficients, int seeds,
                                                   double correlation);

/// The probability that the two-sided test at `alpha` rejects in the direction of the effect when the
/// contrast is `effect` sigma. Errors: an effect that is not finite, alpha outside (0, 1), a design without
/// freedom or standard error.
[[nodiscard]] Result<double> power(const ContrastDesign& design, double effect, double alpha = 0.05);

/// The smallest effect in sigma that is found with probability `power`, rejections in its direction counted.
/// Errors: power or alpha outside (0, 1), a power below alpha/2, a design without freedom or standard error.
[[nodiscard]] Result<double> minimum_detectable_effect(const ContrastDesign& design, double power = 0.8,
                                                       double alpha = 0.05);

/// The design with so many seeds.
using DesignOfSeeds = std::function<Result<ContrastDesign>(int seeds)>;

/// The most that seeds_needed looks at.
inline constexpr int most_seeds = 1'000'000;

/// The smallest number of seeds, from 2 on, with which an effect of `effect` sigma is found with probability
/// `power`. Errors: an effect of 0, more than most_seeds, and as of `power`.
[[nodiscard]] Result<int> seeds_needed(const DesignOfSeeds& design, double effect, double power = 0.8,
                                       double alpha = 0.05);

}  // namespace windhover::stats

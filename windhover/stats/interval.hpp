#pragma once

#include <cstddef>
#include <span>

#include "windhover/core/result.hpp"

namespace windhover::stats {

/// A closed interval, in the unit of the statistic it belongs to.
struct Interval {
  double lower = 0.0;
  double upper = 0.0;

  [[nodiscard]] bool contains(double value) const { return lower <= value && value <= upper; }
  friend bool operator==(const Interval&, const Interval&) = default;
};

/// mean +- t(n-1) sd / sqrt(n): the default interval for a mean, on one value per seed.
/// Source: Student, "The probable error of a mean", Biometrika 6(1), 1908.
/// Errors: fewer than two values, a value that is not finite, a confidence outside (0, 1).
[[nodiscard]] Result<Interval> mean_interval_t(std::span<const double> values, double confidence = 0.95);

/// The interval of a mean that was selected as the best of so many candidates: the t interval at
/// 1 - (1 - confidence) / candidates (Bonferroni). All candidates' intervals of that width hold together with
/// at least the confidence, whatever the candidates have in common, and so does that of the selected one.
/// `t_interval` is mean_interval_t of `values` values at the same confidence. Source: Dunn, "Multiple
/// comparisons among means", JASA 56(293), 1961. Preconditions: two values, a candidate.
[[nodiscard]] Interval interval_of_best(const Interval& t_interval, std::size_t values,
                                        std::size_t candidates, double confidence = 0.95);

}  // namespace windhover::stats

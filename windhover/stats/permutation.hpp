#pragma once

#include <cstddef>
#include <span>

#include "windhover/core/result.hpp"

namespace windhover::stats {

/// p-values of the sign-flip test that the values scatter symmetrically about 0.
struct SignFlip {
  double two_sided_p =
      1.0;  ///< share of sign patterns whose sum is at least as far from 0 as the observed one
  double smallest_attainable_p =
      1.0;            ///< the two-sided p of the most extreme pattern: 2^(1-n) for n values other than 0
  bool exact = true;  ///< false: estimated from random patterns
};

/// Up to so many values every sign pattern counts (2^40, from the sorted sums of two halves of 2^20).
inline constexpr std::size_t sign_flip_exact_limit = 40;

/// The sign-flip (Fisher-Pitman) test of paired differences; sums that differ by rounding only count as tied.
/// Source: Fisher, "The Design of Experiments", 1935, section 21; the two-list count after Horowitz and
/// Sahni, "Computing partitions with applications to the knapsack problem", Journal of the ACM 21(2), 1974.
/// Variant: above 40 values, 99 999 random patterns and (k + 1)/(100 000), from a fixed stream of
/// Purpose::bootstrap. Errors: no values, a value that is not finite.
[[nodiscard]] Result<SignFlip> sign_flip_test(std::span<const double> values);

}  // namespace windhover::stats

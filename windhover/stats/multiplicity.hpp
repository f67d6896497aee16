#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "windhover/core/result.hpp"

namespace windhover::stats {

/// Adjusted p-values of a family of tests, in the order of the p-values given: reject where the adjusted one
/// is at most alpha. Errors of all: a p-value outside [0, 1]. No p-values give none.

/// Family-wise error, for the family that the study file declares.
/// Source: Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
/// Statistics 6(2), 1979.
[[nodiscard]] Result<std::vector<double>> holm(std::span<const double> p_values);

/// False discovery rate, for what was explored.
/// Source: Benjamini and Hochberg, "Controlling the false discovery rate", JRSS B 57(1), 1995 (variant: the
/// step-up procedure for independent or positively dependent tests).
[[nodiscard]] Result<std::vector<double>> benjamini_hochberg(std::span<const double> p_values);

}  // namespace windhover::stats

#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "windhover/core/result.hpp"

namespace windhover::stats {

/// The checks that the functions of this folder share; an Error says what was wrong and what would be right.

/// At least `minimum_count` values, all finite. `name` says what the values are, as in "cells".
[[nodiscard]] Result<void> check_sample(std::span<const double> values, std::size_t minimum_count,
                                        std::string_view name = "values");

/// Strictly inside (0, 1), as a confidence, a level or a power must be.
[[nodiscard]] Result<void> check_inside_unit_interval(double value, std::string_view name);

/// Two sizes that must be the same.
[[nodiscard]] Result<void> check_same_size(std::size_t first, std::size_t second, std::string_view names);

}  // namespace windhover::stats

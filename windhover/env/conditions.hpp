#pragma once

#include <algorithm>
#include <optional>
#include <span>

#include "windhover/core/condition.hpp"

namespace windhover::env {

/// The first of these conditions, if any, that an environment cannot have. One without a condition is given
/// 0: a number that changes nothing must not look as if it did.
[[nodiscard]] inline std::optional<double> impossible_condition(const std::optional<Condition>& condition,
                                                                std::span<const double> values) {
  const auto other = std::ranges::find_if(values, [](double value) { return value != 0; });
  if (condition || other == values.end()) return std::nullopt;
  return *other;
}

}  // namespace windhover::env

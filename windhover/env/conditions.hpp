#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>

namespace windhover::env {

/// The first condition, if any, that an environment whose condition has this name cannot have. One without a
/// condition, whose name is empty, is given 0: a number that changes nothing must not look as if it did.
[[nodiscard]] inline std::optional<double> impossible_condition(std::string_view condition_name,
                                                                std::span<const double> conditions) {
  const auto other = std::ranges::find_if(conditions, [](double condition) { return condition != 0; });
  if (!condition_name.empty() || other == conditions.end()) return std::nullopt;
  return *other;
}

}  // namespace windhover::env

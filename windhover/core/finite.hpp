#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>

namespace windhover {

/// Where the first number is that is NaN or infinite; nothing if there is none, which is what it is fast for.
template <class T>
[[nodiscard]] std::optional<std::size_t> first_not_finite(std::span<T> numbers) {
  bool finite = true;
  for (const T number : numbers) finite = finite && std::isfinite(number);
  if (finite) return std::nullopt;
  const auto found = std::ranges::find_if_not(numbers, [](T number) { return std::isfinite(number); });
  return static_cast<std::size_t>(found - numbers.begin());
}

}  // namespace windhover

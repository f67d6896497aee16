#pragma once

#include <concepts>
#include <limits>
#include <string>
#include <string_view>

namespace windhover {

/// Settings are read in double precision, but learners use them in single precision. The smallest number
/// above 0 that this keeps with all its digits, and the largest below 1.
inline constexpr double smallest_above_zero = std::numeric_limits<float>::min();
inline constexpr double largest_below_one = 1.0 - 0.5 * std::numeric_limits<float>::epsilon();

/// A zero without its sign: -0.0 is 0 to whoever gives it, but has other bits.
template <std::floating_point Number>
[[nodiscard]] constexpr Number without_sign_of_zero(Number number) {
  return number == 0 ? 0 : number;
}

/// The values that a setting may have: finite, from `least` to `most`, and what is not 0 not so near to it
/// that single precision loses it.
struct NumberRange {
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();

  [[nodiscard]] bool holds(double number) const;

  /// "a whole number between 1 and 4096", if `kind` is "a whole number". The bounds are printed such that
  /// they, read back, are held.
  [[nodiscard]] std::string of(std::string_view kind) const;
  /// What `number`, which is not held, would have to be: "a number between 0 and 1000, ...".
  [[nodiscard]] std::string wanted_instead_of(double number, std::string_view kind) const;
};

}  // namespace windhover

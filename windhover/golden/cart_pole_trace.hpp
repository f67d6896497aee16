#pragma once

#include <string>

#include "windhover/core/fields.hpp"
#include "windhover/core/result.hpp"

/// Checks of the cart-pole against recorded episodes, which were computed from the published equations by
/// other means (tools/cart_pole_trace.py).
namespace windhover::golden {

inline constexpr const char* cart_pole_kind = "cart_pole_trace";

/// One step from a recorded state, relative to the largest values there are (about 4).
inline constexpr double cart_pole_tolerance = 1e-12;

/// How far CartPoleEnv is from what was recorded.
struct CartPoleErrors {
  int episodes = 0;
  int steps = 0;
  double state = 0;   ///< largest absolute difference after one step from a recorded state
  int flags = 0;      ///< steps whose `terminated` or `truncated` differs
  std::string worst;  ///< where the largest difference is; empty if there is none

  /// A different flag counts as 1.
  [[nodiscard]] double largest() const;
};

/// Every recorded step is taken from the recorded state before it, since an upright pole makes small
/// differences large. Errors: another kind, a missing or mistyped key, a value out of range, no episodes or
/// steps, lists of different lengths.
[[nodiscard]] Result<CartPoleErrors> replay_cart_pole(const Json& file);

}  // namespace windhover::golden

#pragma once

#include <string>

#include "windhover/core/fields.hpp"
#include "windhover/core/result.hpp"

/// Checks of the learner against recorded numbers: the update of one rollout after the other, and stale
/// updates of a shared model, in double and in float.
namespace windhover::golden {

inline constexpr const char* update_kind = "actor_critic_update";
inline constexpr const char* async_kind = "async_shared_adam";

/// Largest differences. In double, of every number: |x - y| / max(1, |y|). In float, of every tensor and of
/// every scalar: max |x - y| / max(1, max |y|).
struct GoldenErrors {
  double in_double = 0;
  double in_float = 0;
  std::string worst_in_double;  ///< which quantity, of which update
  std::string worst_in_float;
};

inline constexpr double double_tolerance = 1e-9;
inline constexpr double float_tolerance = 1e-4;

/// Errors: another kind, a missing or mistyped key, shapes that do not fit the architecture, a step that
/// terminates before the end of its rollout.
[[nodiscard]] Result<GoldenErrors> check_update(const Json& file);
[[nodiscard]] Result<GoldenErrors> check_async(const Json& file);

}  // namespace windhover::golden

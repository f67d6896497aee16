#pragma once

#include <string>

#include "windhover/core/fields.hpp"
#include "windhover/core/result.hpp"

/// Checks of OffloadEnv against recorded numbers. Files hold a top-level "kind"; a top-level key that names a
/// field of OffloadConfig (say "reward_scale") sets it on top of the file's "profile".
namespace windhover::golden {

/// How far a replay is from what was recorded: largest absolute differences.
struct TraceErrors {
  int episodes = 0;
  int steps = 0;
  double observation = 0;
  double reward = 0;      ///< of steps and of whole episodes
  double units_free = 0;  ///< local and cloud, where recorded
  int flags = 0;          ///< steps whose `terminated` differs
  std::string worst;      ///< where the largest difference is; empty if there is none

  /// The largest of all; a different flag counts as 1.
  [[nodiscard]] double largest() const;
};

inline constexpr const char* trace_kind = "offloading_env_trace";
inline constexpr const char* channel_kind = "channel_probabilities";

/// Recorded traces and channels are rounded to 9 decimals and hold values of float32.
inline constexpr double trace_tolerance = 1e-6;

/// Drives the dynamics with the recorded draws and actions of a file of kind `offloading_env_trace`.
/// Errors: another kind, a missing or mistyped key, a value out of range, no episodes or no steps.
[[nodiscard]] Result<TraceErrors> replay_trace(const Json& file);

/// The largest absolute difference (relative for values above 1) over the rows of a file of kind
/// `channel_probabilities`. Errors: as above.
[[nodiscard]] Result<double> check_channel(const Json& file);

}  // namespace windhover::golden

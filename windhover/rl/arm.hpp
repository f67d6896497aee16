#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/core/result.hpp"
#include "windhover/rl/config.hpp"

namespace windhover::rl {

/// What tells an arm from the others: who learns from what, and for how long.
struct Arm {
  std::string name;
  std::string summary;
  bool shared_model = false;        ///< one model and optimiser for all workers; else one of each a worker
  bool averaged_gradients = false;  ///< workers in step, one update from the mean of their gradients
  bool matched_budget = false;      ///< a learner sees as much as a shared model: workers x the budget
  bool mixed_conditions = false;    ///< a worker goes through the conditions of all, one an episode

  [[nodiscard]] int models(int workers) const { return shared_model ? 1 : workers; }
  /// How many times the budget of a worker each worker trains.
  [[nodiscard]] std::uint64_t budget_factor(int workers) const {
    return matched_budget ? static_cast<std::uint64_t>(workers) : 1;
  }
};

/// All arms, the baseline first. a3c: Mnih et al., "Asynchronous methods for deep reinforcement learning",
/// ICML 2016; a2c: its synchronous form; the others take away one thing more each (docs/adr/0011).
[[nodiscard]] const std::vector<Arm>& arms();
[[nodiscard]] const std::vector<std::string>& arm_names();

/// The two published arms: those of a study that names none.
[[nodiscard]] const std::vector<std::string>& default_arm_names();

/// Error: an unknown name, with the nearest known one.
[[nodiscard]] Result<const Arm*> find_arm(std::string_view name);

/// Error: the learner's `schedule` or `delay` can not be had with this arm, or in an environment where
/// rewards are shared.
[[nodiscard]] Result<void> check_schedule(const LearnerConfig& learner, const Arm& arm, bool shares_rewards);

}  // namespace windhover::rl

#pragma once

#include <string>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/nn/architecture.hpp"

namespace windhover::rl {

/// The settings of a learner. The defaults are the `published` preset.
struct LearnerConfig {
  bool recurrent = true;
  bool layer_norm = true;
  int hidden = 128;
  int rollout = 20;
  double gamma = 0.99;
  double gae_lambda = 1.0;
  double reward_factor = 1.0;
  double value_coef = 0.25;
  double entropy_coef = 0.05;
  double final_entropy_share = 1.0;
  double max_grad_norm = 2.0;
  double lr = 1e-4;
  double final_lr_share = 1.0;
  double adam_beta1 = 0.9;
  double adam_beta2 = 0.999;
  double adam_eps = 1e-8;
  bool normalise_advantage = true;
  double head_gain = 1.0;
  std::string schedule = "logical";
  int delay = no_delay;

  /// The value of `delay` with which the schedule alone decides how stale a gradient is.
  static constexpr int no_delay = -1;

  static const std::vector<Field<LearnerConfig>>& fields();

  [[nodiscard]] nn::Architecture architecture(int observations, int actions) const;
};

/// Names of the presets, the default first.
[[nodiscard]] const std::vector<std::string>& preset_names();

/// Error: an unknown name, with the nearest known one.
[[nodiscard]] Result<LearnerConfig> preset(std::string_view name);

}  // namespace windhover::rl

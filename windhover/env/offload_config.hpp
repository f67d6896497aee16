#pragma once

#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/env/concept.hpp"

namespace windhover::env {

/// The settings of OffloadEnv. The defaults are the published study's, quirks included: the profile `paper`.
struct OffloadConfig {
  // Sizes.
  int local_units = 200;
  int cloud_units = 1000;
  int episode_epochs = 100;
  int slots = 20;
  int max_task_units = 200;
  int max_task_epochs = 50;
  double reward_scale = 0.05;

  // Radio.
  double slot_us = 1000;
  double carrier_hz = 5.9e9;
  double light_km_s = 300'000;
  double snr_threshold_db = 15;
  double snr_mean_db = 25;

  // Quirks of the published study, each to be switched alone.
  bool cloud_released_in_evaluation = false;
  bool evaluation_fleet = false;
  bool channel_ratio_in_decibels = true;
  bool channel_stationary = false;
  bool channel_starts_uniform = true;
  bool later_task_units_exclusive_maximum = true;
  bool flags_keep_last_outcome = true;
  double velocity_context_offset = 30;
  double velocity_context_scale = 70;
  double compute_context_scale = 120;
  bool sampled_first = false;

  // Learning and simple policies.
  double reward_sharing = 0;
  int threshold_local_epochs = 12;
  int threshold_cloud_epochs = 50;

  [[nodiscard]] static const std::vector<Field<OffloadConfig>>& fields();
};

/// The largest `slots`: queues have room for this many tasks in place.
inline constexpr int max_slots = 64;

/// `paper`, the published study; `sound`, what an engineer would build; `correlated`, the same with a channel
/// in which velocity matters (docs/environments/offload.md).
[[nodiscard]] std::vector<Profile<OffloadConfig>> offload_profiles();

}  // namespace windhover::env

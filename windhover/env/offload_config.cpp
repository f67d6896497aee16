#include "windhover/env/offload_config.hpp"

namespace windhover::env {
namespace {

using Config = OffloadConfig;
using Fields = std::vector<Field<Config>>;

void add_sizes(Fields& all) {
  all.push_back({"local_units", &Config::local_units, "compute units of one UAV", 1, 1e6});
  all.push_back({"cloud_units", &Config::cloud_units, "compute units of the cloud", 0, 1e9});
  all.push_back({"episode_epochs", &Config::episode_epochs, "steps of an episode", 1, 10'000});
  all.push_back({"slots", &Config::slots, "tasks each queue holds; the observation has 8 + 2 slots values", 1,
                 max_slots});
  all.push_back({"max_task_units", &Config::max_task_units, "largest task, units", 2, 60'000});
  all.push_back({"max_task_epochs", &Config::max_task_epochs, "longest task, epochs", 1, 60'000});
  all.push_back({"reward_scale", &Config::reward_scale, "reward of a completed unit", 0, 1e6});
}

void add_radio(Fields& all) {
  all.push_back({"slot_us", &Config::slot_us, "length of an epoch, microseconds", 1e-3, 1e9});
  all.push_back({"carrier_hz", &Config::carrier_hz, "carrier frequency, Hz", 1, 1e13});
  all.push_back({"light_km_s", &Config::light_km_s, "speed of light, km/s", 1e5, 1e6});
  all.push_back({"snr_threshold_db", &Config::snr_threshold_db,
                 "signal-to-noise ratio a good channel needs, dB", 0.1, 100});
  all.push_back({"snr_mean_db", &Config::snr_mean_db, "mean signal-to-noise ratio, dB", 0.1, 100});
}

void add_quirks(Fields& all) {
  all.push_back({"cloud_released_in_evaluation", &Config::cloud_released_in_evaluation,
                 "units of completed tasks return to the cloud in evaluation (in training they always do)"});
  all.push_back(
      {"evaluation_fleet", &Config::evaluation_fleet,
       "evaluation flies as many UAVs as training had workers, with one cloud; otherwise one UAV alone"});
  all.push_back({"channel_ratio_in_decibels", &Config::channel_ratio_in_decibels,
                 "the channel's ratio is threshold / mean in dB; otherwise the ratio of powers"});
  all.push_back(
      {"channel_stationary", &Config::channel_stationary,
       "the channel keeps its stationary law at every speed; otherwise each probability is cut to 1"});
  all.push_back({"channel_starts_uniform", &Config::channel_starts_uniform,
                 "an episode starts with a good channel half of the time; otherwise by the stationary law"});
  all.push_back({"later_task_units_exclusive_maximum", &Config::later_task_units_exclusive_maximum,
                 "tasks after an episode's first have at most max_task_units - 1 units"});
  all.push_back({"flags_keep_last_outcome", &Config::flags_keep_last_outcome,
                 "each flag tells the outcome of the last action of its kind; otherwise of the last action"});
  all.push_back(
      {"velocity_context_offset", &Config::velocity_context_offset, "velocity seen as 0, km/h", 0, 1e6});
  all.push_back({"velocity_context_scale", &Config::velocity_context_scale,
                 "velocity range seen as 0 to 1, km/h", 1e-3, 1e6});
  all.push_back(
      {"compute_context_scale", &Config::compute_context_scale, "local units seen as 1", 1e-3, 1e6});
  all.push_back({"sampled_first", &Config::sampled_first,
                 "report scores of sampled actions before those of greedy ones"});
}

void add_learning(Fields& all) {
  all.push_back(
      {"reward_sharing", &Config::reward_sharing, "share of the fleet's mean in a learner's reward", 0, 1});
  all.push_back({"threshold_local_epochs", &Config::threshold_local_epochs,
                 "threshold policy: longest task it runs on the UAV, epochs", 0, 60'000});
  all.push_back({"threshold_cloud_epochs", &Config::threshold_cloud_epochs,
                 "threshold policy: longest task it sends to the cloud, epochs", 0, 60'000});
}

Fields make_fields() {
  Fields all;
  add_sizes(all);
  add_radio(all);
  add_quirks(all);
  add_learning(all);
  return all;
}

OffloadConfig sound_config() {
  OffloadConfig config;
  config.cloud_released_in_evaluation = true;
  config.evaluation_fleet = true;
  config.channel_ratio_in_decibels = false;
  config.channel_stationary = true;
  config.channel_starts_uniform = false;
  config.later_task_units_exclusive_maximum = false;
  config.flags_keep_last_outcome = false;
  config.velocity_context_offset = 0;
  config.velocity_context_scale = 120;
  config.compute_context_scale = 400;
  config.sampled_first = true;
  config.threshold_local_epochs = 25;
  config.threshold_cloud_epochs = 15;
  return config;
}

OffloadConfig correlated_config() {
  OffloadConfig config = sound_config();
  config.slot_us = 50;
  config.snr_mean_db = config.snr_threshold_db;
  config.threshold_local_epochs = 14;
  config.threshold_cloud_epochs = 26;
  return config;
}

}  // namespace

const std::vector<Field<OffloadConfig>>& OffloadConfig::fields() {
  static const Fields all = make_fields();
  return all;
}

std::vector<Profile<OffloadConfig>> offload_profiles() {
  return {{"paper", OffloadConfig{}}, {"sound", sound_config()}, {"correlated", correlated_config()}};
}

}  // namespace windhover::env

#include "windhover/env/channel.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "windhover/core/math.hpp"

namespace windhover::env {
namespace {

/// Threshold over mean: of powers, or (the quirk) of their decibels.
double threshold_ratio(const OffloadConfig& config) {
  if (config.channel_ratio_in_decibels) return config.snr_threshold_db / config.snr_mean_db;
  return math::exp((config.snr_threshold_db - config.snr_mean_db) / 10 * std::numbers::ln10);
}

}  // namespace

Channel make_channel(const OffloadConfig& config, double velocity_kmh) {
  const double ratio = threshold_ratio(config);
  const double stationary_good = math::exp(-ratio);
  Channel channel;
  channel.doppler_hz = velocity_kmh / (3600 * config.light_km_s) * config.carrier_hz;
  const double crossings =
      channel.doppler_hz * config.slot_us * 1e-6 * std::sqrt(2 * std::numbers::pi * ratio);
  if (config.channel_stationary) {
    const double pace = crossings / (1 - stationary_good);
    channel.bad_to_good_raw = stationary_good * pace;
    channel.good_to_bad_raw = (1 - stationary_good) * pace;
    channel.bad_to_good = stationary_good * std::min(1.0, pace);
    channel.good_to_bad = (1 - stationary_good) * std::min(1.0, pace);
  } else {
    channel.bad_to_good_raw = crossings / (math::exp(ratio) - 1);
    channel.good_to_bad_raw = crossings;
    channel.bad_to_good = std::min(1.0, channel.bad_to_good_raw);
    channel.good_to_bad = std::min(1.0, channel.good_to_bad_raw);
  }
  channel.initially_good = config.channel_starts_uniform ? 0.5 : stationary_good;
  return channel;
}

}  // namespace windhover::env

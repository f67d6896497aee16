#include "windhover/env/channel.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "windhover/core/math.hpp"

namespace windhover::env {
namespace {

/// Threshold over mean: of powers, or (the quirk) of their decibels.
double threshold_ratio(const OffloadConfig& config) {
  if (config.channel_ratio_in_decibels) return config.snr_threshold_db / config.snr_mean_db;
  return math::exp((config.snr_threshold_db - config.snr_mean_db) / 10 * std::numbers::ln10);
}

double doppler_hz(const OffloadConfig& config, double velocity_kmh) {
  return velocity_kmh / (3600 * config.light_km_s) * config.carrier_hz;
}

/// Crossings of the threshold in a slot that starts good.
double crossings_of(const OffloadConfig& config, double doppler, double ratio) {
  return doppler * config.slot_us * 1e-6 * std::sqrt(2 * std::numbers::pi * ratio);
}

}  // namespace

Channel make_channel(const OffloadConfig& config, double velocity_kmh) {
  const double ratio = threshold_ratio(config);
  const double stationary_good = math::exp(-ratio);
  Channel channel;
  channel.doppler_hz = doppler_hz(config, velocity_kmh);
  const double crossings = crossings_of(config, channel.doppler_hz, ratio);
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

ChannelLimits channel_limits(const OffloadConfig& config) {
  const double ratio = threshold_ratio(config);
  const double crossings = crossings_of(config, doppler_hz(config, 1), ratio);  // at 1 km/h
  ChannelLimits limits;
  limits.independent = (1 - math::exp(-ratio)) / crossings;
  limits.alternating = config.channel_stationary ? std::numeric_limits<double>::infinity()
                                                 : std::max(1.0, math::exp(ratio) - 1) / crossings;
  return limits;
}

}  // namespace windhover::env

#include "windhover/env/channel.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "windhover/core/random.hpp"
#include "windhover/env/testing/profiles.hpp"

namespace windhover::env {
namespace {

using testing::paper;
using testing::sound;

TEST(Channel, PaperValuesAtTenKilometresAnHour) {
  const Channel channel = make_channel(paper(), 10);
  EXPECT_NEAR(channel.doppler_hz, 54.62962963, 1e-8);
  EXPECT_NEAR(channel.bad_to_good, 0.129020653, 1e-9);
  EXPECT_NEAR(channel.good_to_bad, 0.106070304, 1e-9);
  EXPECT_EQ(channel.initially_good, 0.5);
}

TEST(Channel, PaperCutsEachProbability) {
  const Channel channel = make_channel(paper(), 100);
  EXPECT_GT(channel.bad_to_good_raw, 1);
  EXPECT_GT(channel.good_to_bad_raw, 1);
  EXPECT_EQ(channel.bad_to_good, 1);
  EXPECT_EQ(channel.good_to_bad, 1);
}

TEST(Channel, StandsStillWithTheUav) {
  for (const OffloadConfig& config : {paper(), sound()}) {
    const Channel channel = make_channel(config, 0);
    EXPECT_EQ(channel.bad_to_good, 0);
    EXPECT_EQ(channel.good_to_bad, 0);
  }
}

TEST(Channel, SoundKeepsItsStationaryLawAtEverySpeed) {
  const double good = std::exp(-0.1);
  for (const double velocity : {1.0, 5.0, 20.0, 50.0, 100.0, 150.0, 1000.0}) {
    const Channel channel = make_channel(sound(), velocity);
    EXPECT_NEAR(channel.initially_good, good, 1e-15);
    EXPECT_LE(channel.bad_to_good, 1);
    EXPECT_LE(channel.good_to_bad, 1);
    EXPECT_NEAR(good * channel.good_to_bad, (1 - good) * channel.bad_to_good, 1e-15) << velocity;
  }
}

TEST(Channel, SoundFollowsTheFormulaBelowTheCap) {
  const double x = 5.0 / (3600 * 300'000.0) * 5.9e9 * 1e-3;
  const double crossings = x * std::sqrt(2 * M_PI * 0.1);
  const Channel channel = make_channel(sound(), 5);
  EXPECT_NEAR(channel.good_to_bad, crossings, 1e-15);
  EXPECT_NEAR(channel.bad_to_good, crossings * std::exp(-0.1) / (1 - std::exp(-0.1)), 1e-14);
}

/// The velocity, km/h, from which on `holds` holds, by bisection over those that a study can have.
template <class Predicate>
double first_velocity(Predicate holds) {
  double without = 0;
  double with = 10'000;
  EXPECT_FALSE(holds(without));
  EXPECT_TRUE(holds(with));
  while (with - without > 1e-9) (holds((without + with) / 2) ? with : without) = (without + with) / 2;
  return with;
}

double first_velocity_without_memory(const OffloadConfig& config) {
  return first_velocity([&](double v) { return make_channel(config, v).correlation() < 1e-12; });
}

/// Doppler shift times slot, per km/h, with a slot of 1 ms.
constexpr double shift_per_kmh = 5.9e9 / (3600 * 300'000.0) * 1e-3;

TEST(ChannelLimits, SoundDrawsEachSlotByItselfFrom22KilometresAnHourOn) {
  const double found = first_velocity_without_memory(sound());
  EXPECT_NEAR(found, 21.98, 0.005);
  EXPECT_NEAR(found, (1 - std::exp(-0.1)) / (shift_per_kmh * std::sqrt(2 * M_PI * 0.1)), 1e-6);
  EXPECT_NEAR(channel_limits(sound()).independent, found, 1e-6);
  EXPECT_EQ(channel_limits(sound()).alternating, std::numeric_limits<double>::infinity());
  for (const double faster : {25.0, 30.0, 50.0, 75.0, 100.0}) {
    EXPECT_NEAR(make_channel(sound(), faster).bad_to_good, std::exp(-0.1), 1e-15);
    EXPECT_NEAR(make_channel(sound(), faster).good_to_bad, 1 - std::exp(-0.1), 1e-15);
  }
}

TEST(ChannelLimits, PaperAlternatesFrom94KilometresAnHourOn) {
  const double found = first_velocity([](double v) {
    const Channel channel = make_channel(paper(), v);
    return channel.bad_to_good == 1 && channel.good_to_bad == 1;
  });
  EXPECT_NEAR(found, 94.28, 0.005);
  EXPECT_NEAR(found, 1 / (shift_per_kmh * std::sqrt(2 * M_PI * 0.6)), 1e-6);
  EXPECT_NEAR(channel_limits(paper()).alternating, found, 1e-6);
  EXPECT_EQ(make_channel(paper(), 100).correlation(), -1);
}

/// The first of the two reaches 1 at a velocity where e^r - 1 is 0.82 of the above.
TEST(ChannelLimits, PaperCutsTheFirstProbabilityAt78KilometresAnHour) {
  const double found = first_velocity([](double v) { return make_channel(paper(), v).bad_to_good == 1; });
  EXPECT_NEAR(found, 77.51, 0.005);
  EXPECT_NEAR(found, (std::exp(0.6) - 1) * channel_limits(paper()).alternating, 1e-6);
}

TEST(ChannelLimits, PaperChangesMoreOftenThanByChanceFrom43KilometresAnHourOn) {
  const double found = first_velocity_without_memory(paper());
  EXPECT_NEAR(found, 42.54, 0.005);
  EXPECT_NEAR(channel_limits(paper()).independent, found, 1e-6);
  for (const double faster : {50.0, 75.0, 100.0}) EXPECT_LT(make_channel(paper(), faster).correlation(), 0);
}

TEST(ChannelLimits, HoldForAnyRatioAndSlot) {
  for (OffloadConfig config : {paper(), sound()}) {
    for (const double mean : {14.0, 18.0, 40.0}) {
      for (const double slot : {100.0, 1000.0}) {
        config.snr_mean_db = mean;
        config.slot_us = slot;
        const auto limits = channel_limits(config);
        EXPECT_NEAR(first_velocity_without_memory(config) / limits.independent, 1, 1e-6) << mean;
        if (config.channel_stationary) continue;
        const double alternating =
            first_velocity([&](double v) { return make_channel(config, v).correlation() == -1; });
        EXPECT_NEAR(alternating / limits.alternating, 1, 1e-6) << mean;
      }
    }
  }
}

/// Only the way that a UAV flies in a slot counts.
TEST(Channel, ATenthOfTheSlotAtTenTimesTheVelocityIsTheSameChannel) {
  for (const OffloadConfig& config : {paper(), sound()}) {
    OffloadConfig shorter = config;
    shorter.slot_us = config.slot_us / 10;
    for (const double velocity : {2.0, 5.0, 20.0, 60.0}) {
      const Channel channel = make_channel(config, velocity);
      const Channel same = make_channel(shorter, 10 * velocity);
      EXPECT_NEAR(same.bad_to_good, channel.bad_to_good, 1e-14);
      EXPECT_NEAR(same.good_to_bad, channel.good_to_bad, 1e-14);
      EXPECT_EQ(same.initially_good, channel.initially_good);
    }
  }
}

TEST(Channel, EachQuirkAloneChangesWhatItNames) {
  const Channel reference = make_channel(paper(), 100);
  OffloadConfig linear = paper();
  linear.channel_ratio_in_decibels = false;
  EXPECT_NE(make_channel(linear, 100).good_to_bad, reference.good_to_bad);
  EXPECT_EQ(make_channel(linear, 100).initially_good, 0.5);
  OffloadConfig stationary = paper();
  stationary.channel_stationary = true;
  const Channel kept = make_channel(stationary, 100);
  EXPECT_NEAR(kept.bad_to_good / (kept.bad_to_good + kept.good_to_bad), std::exp(-0.6), 1e-15);
  EXPECT_EQ(kept.initially_good, 0.5);
  OffloadConfig start = paper();
  start.channel_starts_uniform = false;
  EXPECT_NEAR(make_channel(start, 100).initially_good, std::exp(-0.6), 1e-15);
  EXPECT_EQ(make_channel(start, 100).good_to_bad, reference.good_to_bad);
}

TEST(Channel, ExtremeSettingsGiveProbabilities) {
  for (const double threshold : {0.1, 100.0}) {
    for (const double mean : {0.1, 100.0}) {
      for (OffloadConfig config : {paper(), sound()}) {
        config.snr_threshold_db = threshold;
        config.snr_mean_db = mean;
        for (const double velocity : {0.0, 1.0, 1e6}) {
          const Channel channel = make_channel(config, velocity);
          for (const double p : {channel.bad_to_good, channel.good_to_bad, channel.initially_good}) {
            EXPECT_TRUE(p >= 0 && p <= 1) << p << " at " << threshold << ", " << mean << ", " << velocity;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace windhover::env

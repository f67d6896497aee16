#include "windhover/env/channel.hpp"

#include <cmath>

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

#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/core/random.hpp"
#include "windhover/env/offload.hpp"
#include "windhover/env/testing/profiles.hpp"

/// The profile `correlated`: a channel that stays as it is for longer than a slot.
namespace windhover::env {
namespace {

/// What a channel did from slot to slot.
struct SlotCounts {
  double good = 0;
  double bad = 0;
  double losses = 0;      ///< good slots with a bad one behind them
  double recoveries = 0;  ///< bad slots with a good one behind them

  void add(bool good_now, bool good_next) {
    ++(good_now ? good : bad);
    if (good_now != good_next) ++(good_now ? losses : recoveries);
  }
  [[nodiscard]] double good_share() const { return good / (good + bad); }
  [[nodiscard]] double correlation() const { return 1 - losses / good - recoveries / bad; }
};

/// The envelope's power along a flight through plane waves from random directions: Clarke's model.
class ScatteredWaves {
 public:
  /// `turn`: by how much a wave from straight ahead turns in a slot, radians.
  ScatteredWaves(double turn, Stream& stream) {
    for (Wave& wave : waves_) {
      const double phase = 2 * M_PI * stream.uniform();
      const double shift = turn * std::cos(2 * M_PI * stream.uniform());
      wave = {std::cos(phase), std::sin(phase), std::cos(shift), std::sin(shift)};
    }
  }

  /// Relative to its mean; goes on by a slot.
  double next_power() {
    double real = 0;
    double imaginary = 0;
    for (Wave& wave : waves_) {
      real += wave.real;
      imaginary += wave.imaginary;
      const double turned = wave.real * wave.cosine - wave.imaginary * wave.sine;
      wave.imaginary = wave.real * wave.sine + wave.imaginary * wave.cosine;
      wave.real = turned;
    }
    return (real * real + imaginary * imaginary) / static_cast<double>(waves_.size());
  }

 private:
  struct Wave {
    double real, imaginary, cosine, sine;
  };
  std::array<Wave, 24> waves_{};
};

SlotCounts fly_through_waves(const OffloadConfig& config, double velocity_kmh) {
  constexpr int flights = 2000;
  constexpr int slots = 120;
  const double threshold = std::pow(10, (config.snr_threshold_db - config.snr_mean_db) / 10);
  const double doppler_hz = velocity_kmh / 3.6 * config.carrier_hz / (1000 * config.light_km_s);
  Stream stream({.seed = 11});
  SlotCounts counts;
  for (int flight = 0; flight < flights; ++flight) {
    ScatteredWaves waves(2 * M_PI * doppler_hz * config.slot_us * 1e-6, stream);
    bool good = waves.next_power() > threshold;
    for (int slot = 0; slot < slots; ++slot) {
      const bool next = waves.next_power() > threshold;
      counts.add(good, next);
      good = next;
    }
  }
  return counts;
}

TEST(Fading, CorrelatedIsTheChannelOfAFlightThroughScatteredWaves) {
  for (const double velocity : {5.0, 20.0, 50.0, 100.0}) {
    const auto waves = fly_through_waves(testing::correlated(), velocity);
    const auto channel = make_channel(testing::correlated(), velocity);
    EXPECT_NEAR(waves.good_share(), channel.initially_good, 0.035) << velocity;
    EXPECT_NEAR((1 - waves.correlation()) / (1 - channel.correlation()), 1, 0.12) << velocity;
  }
}

SlotCounts fly_the_environment(const OffloadConfig& config, double velocity_kmh) {
  constexpr int slots = 400'000;
  const auto parameters = OffloadEnv::make_parameters(config, velocity_kmh, Mode::evaluation).value();
  Stream stream({.seed = 5});
  OffloadState state;
  OffloadEnv::reset(parameters, OffloadEnv::draw_initial(parameters, stream), state);
  SlotCounts counts;
  for (int slot = 0; slot < slots; ++slot) {
    const bool next = OffloadEnv::draw_next(parameters, state, stream).channel_good;
    counts.add(state.channel_good, next);
    state.channel_good = next;
  }
  return counts;
}

TEST(Fading, CorrelationFallsWithVelocityAndTheShareOfGoodSlotsStays) {
  double slower = 1;
  for (const double velocity : {5.0, 20.0, 50.0, 100.0, 200.0}) {
    const auto channel = make_channel(testing::correlated(), velocity);
    const auto counts = fly_the_environment(testing::correlated(), velocity);
    EXPECT_NEAR(counts.correlation(), channel.correlation(), 0.01) << velocity;
    EXPECT_NEAR(counts.good_share(), channel.initially_good, 0.02) << velocity;
    EXPECT_NEAR(channel.bad_to_good / (channel.bad_to_good + channel.good_to_bad), channel.initially_good,
                1e-12);
    EXPECT_EQ(channel.initially_good, make_channel(testing::correlated(), 1).initially_good);
    EXPECT_LT(channel.correlation(), slower);
    EXPECT_GT(channel.correlation(), 0);
    slower = channel.correlation();
  }
}

/// The slot is a twelfth of the coherence time, or less, at each velocity that is tested.
TEST(Fading, CorrelatedHasASlotWellBelowTheCoherenceTime) {
  for (const double velocity : OffloadEnv::test_conditions()) {
    const double coherence_us = 0.423 / make_channel(testing::correlated(), velocity).doppler_hz * 1e6;
    EXPECT_LE(testing::correlated().slot_us, coherence_us / 12) << velocity;
  }
  EXPECT_TRUE(OffloadEnv::condition_warnings(testing::correlated(), OffloadEnv::test_conditions()).empty());
}

/// What makes `correlated` of `sound` are its settings of the channel; with those of `sound`, bits are the
/// same.
TEST(Fading, CorrelatedWithTheSettingsOfSoundIsSound) {
  OffloadConfig config = testing::correlated();
  config.slot_us = testing::sound().slot_us;
  config.snr_mean_db = testing::sound().snr_mean_db;
  config.threshold_local_epochs = testing::sound().threshold_local_epochs;
  config.threshold_cloud_epochs = testing::sound().threshold_cloud_epochs;
  EXPECT_EQ(fields::to_json(config), fields::to_json(testing::sound()));
}

}  // namespace
}  // namespace windhover::env

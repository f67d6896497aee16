#include <cmath>
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/env/adapter.hpp"
#include "windhover/env/offload.hpp"
#include "windhover/env/testing/profiles.hpp"

namespace windhover::env {
namespace {

using testing::paper;
using testing::sound;

/// Pearson's statistic of counts that should be equal.
double chi_square(const std::vector<int>& counts, int draws) {
  const double expected = static_cast<double>(draws) / static_cast<double>(counts.size());
  double sum = 0;
  for (const int count : counts) sum += (count - expected) * (count - expected) / expected;
  return sum;
}

/// Five standard deviations above the mean of the chi-square distribution.
double chi_square_limit(std::size_t cells) {
  const auto freedom = static_cast<double>(cells - 1);
  return freedom + 5 * std::sqrt(2 * freedom);
}

TEST(OffloadDraws, TasksAreUniform) {
  constexpr int draws = 400'000;
  const auto parameters = OffloadEnv::make_parameters(paper(), 10, Mode::training).value();
  for (const bool initial : {true, false}) {
    Stream stream({.seed = 3, .episode = initial ? 1U : 0U});
    std::vector<int> units(initial ? 200 : 199);
    std::vector<int> epochs(50);
    for (int count = 0; count < draws; ++count) {
      const OffloadDraw draw = initial ? OffloadEnv::draw_initial(parameters, stream)
                                       : OffloadEnv::draw_next(parameters, OffloadState{}, stream);
      ++units.at(draw.task.units - 1U);
      ++epochs.at(draw.task.epochs - 1U);
    }
    EXPECT_LT(chi_square(units, draws), chi_square_limit(units.size()));
    EXPECT_LT(chi_square(epochs, draws), chi_square_limit(epochs.size()));
  }
}

/// The share of slots in which the channel is good, and the rates of both transitions.
struct ChannelRates {
  double good = 0;
  double bad_to_good = 0;
  double good_to_bad = 0;
};

ChannelRates simulate_channel(const OffloadParameters& parameters, int slots) {
  Stream stream({.seed = 5});
  OffloadState state;
  OffloadEnv::reset(parameters, OffloadEnv::draw_initial(parameters, stream), state);
  double good = 0;
  double recoveries = 0;
  double losses = 0;
  for (int slot = 0; slot < slots; ++slot) {
    const bool next = OffloadEnv::draw_next(parameters, state, stream).channel_good;
    good += state.channel_good ? 1 : 0;
    recoveries += !state.channel_good && next ? 1 : 0;
    losses += state.channel_good && !next ? 1 : 0;
    state.channel_good = next;
  }
  return {good / slots, recoveries / (slots - good), losses / good};
}

TEST(OffloadDraws, ChannelMovesAsItsProbabilitiesSay) {
  for (const OffloadConfig& config : {paper(), sound()}) {
    for (const double velocity : {10.0, 50.0}) {
      const auto parameters = OffloadEnv::make_parameters(config, velocity, Mode::training).value();
      const ChannelRates rates = simulate_channel(parameters, 400'000);
      EXPECT_NEAR(rates.bad_to_good, parameters.channel.bad_to_good, 0.01);
      EXPECT_NEAR(rates.good_to_bad, parameters.channel.good_to_bad, 0.01);
    }
  }
}

TEST(OffloadDraws, SoundChannelIsGoodAsOftenAtEverySpeed) {
  for (const double velocity : {5.0, 20.0, 100.0, 500.0}) {
    const auto parameters = OffloadEnv::make_parameters(sound(), velocity, Mode::evaluation).value();
    EXPECT_NEAR(simulate_channel(parameters, 400'000).good, std::exp(-0.1), 0.01) << velocity;
    Stream stream({.seed = 6});
    double good = 0;
    for (int count = 0; count < 100'000; ++count) {
      good += OffloadEnv::draw_initial(parameters, stream).channel_good ? 1e-5 : 0;
    }
    EXPECT_NEAR(good, std::exp(-0.1), 0.005);
  }
}

TEST(OffloadDraws, TrainingVelocityDoesNotChangeTheTasks) {
  const auto tasks = [](Mode mode, double velocity) {
    const auto group = EnvironmentGroup<OffloadEnv>::make(paper(), {7, mode, {velocity}}).value();
    std::vector<float> row(48);
    std::vector<Task> seen;
    group->refill_shared_resource();
    group->start_episode(0, 3, row);
    for (int count = 0; count < 50; ++count) {
      seen.push_back(group->state(0).task);
      group->step(0, static_cast<int>(OffloadAction::discard), row);
    }
    return seen;
  };
  EXPECT_EQ(tasks(Mode::training, 5), tasks(Mode::training, 25));
  EXPECT_NE(tasks(Mode::evaluation, 5), tasks(Mode::evaluation, 25));
  EXPECT_NE(tasks(Mode::training, 5), tasks(Mode::evaluation, 5));
}

}  // namespace
}  // namespace windhover::env

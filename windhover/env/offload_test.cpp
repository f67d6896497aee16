#include "windhover/env/offload.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/env/adapter.hpp"

namespace windhover::env {
namespace {

constexpr int local = 0;
constexpr int offload = 1;
constexpr int discard = 2;

OffloadConfig paper() { return offload_profiles()[0].config; }
OffloadConfig sound() { return offload_profiles()[1].config; }

OffloadDraw task(int units, int epochs, bool channel_good = true) {
  return {{static_cast<std::uint16_t>(units), static_cast<std::uint16_t>(epochs)}, channel_good};
}

/// One UAV and its pool, driven by hand.
struct Uav {
  explicit Uav(const OffloadConfig& config, const OffloadDraw& first, Mode mode = Mode::training)
      : parameters(OffloadEnv::make_parameters(config, 10, mode).value()), pool(config) {
    OffloadEnv::reset(parameters, first, state);
  }

  StepOutcome step(int action, const OffloadDraw& next) {
    return OffloadEnv::step(parameters, pool, action, next, state);
  }

  OffloadParameters parameters;
  CloudPool pool;
  OffloadState state;
};

TEST(OffloadStep, ATaskOfOneEpochCompletesInItsStep) {
  Uav uav(paper(), task(120, 1));
  EXPECT_DOUBLE_EQ(uav.step(local, task(80, 1)).reward, 6.0);
  EXPECT_EQ(uav.state.local_units_free, 200);
  EXPECT_TRUE(uav.state.local_ok);
  EXPECT_DOUBLE_EQ(uav.step(offload, task(1, 1)).reward, 4.0);
  EXPECT_EQ(uav.pool.free(), 1000);
}

TEST(OffloadStep, UnitsAreHeldUntilTheLastEpoch) {
  Uav uav(paper(), task(150, 3));
  EXPECT_EQ(uav.step(local, task(60, 2)).reward, 0);
  EXPECT_EQ(uav.state.local_units_free, 50);
  EXPECT_EQ(uav.step(local, task(50, 1)).reward, 0);  // 60 do not fit into 50
  EXPECT_FALSE(uav.state.local_ok);
  EXPECT_DOUBLE_EQ(uav.step(local, task(1, 1)).reward, 0.05 * 200);
  EXPECT_EQ(uav.state.local_units_free, 200);
}

TEST(OffloadStep, ABadChannelOrAnEmptyPoolRefuses) {
  Uav uav(paper(), task(100, 9, false));
  uav.step(offload, task(200, 9, true));
  EXPECT_FALSE(uav.state.offload_ok);
  EXPECT_EQ(uav.pool.free(), 1000);
  for (int count = 0; count < 5; ++count) uav.step(offload, task(200, 9, true));
  EXPECT_TRUE(uav.state.offload_ok);
  EXPECT_EQ(uav.pool.free(), 0);
  uav.step(offload, task(1, 1, true));
  EXPECT_FALSE(uav.state.offload_ok);
}

TEST(OffloadStep, QueuesHoldAsManyTasksAsTheyHaveSlots) {
  OffloadConfig config = paper();
  config.slots = 3;
  for (const int action : {local, offload}) {
    Uav uav(config, task(1, 50));
    for (int count = 0; count < 3; ++count) uav.step(action, task(1, 50));
    const bool& accepted = action == local ? uav.state.local_ok : uav.state.offload_ok;
    EXPECT_TRUE(accepted);
    uav.step(action, task(1, 50));
    EXPECT_FALSE(accepted);
    EXPECT_EQ(action == local ? uav.state.local.size() : uav.state.cloud.size(), 3);
  }
}

TEST(OffloadStep, TheEpisodeEndsAfterItsEpochsAndIsNeverCut) {
  OffloadConfig config = paper();
  config.episode_epochs = 3;
  Uav uav(config, task(1, 50));
  EXPECT_FALSE(uav.step(discard, task(1, 1)).done());
  EXPECT_FALSE(uav.step(discard, task(1, 1)).done());
  const StepOutcome last = uav.step(discard, task(1, 1));
  EXPECT_TRUE(last.terminated);
  EXPECT_FALSE(last.truncated);
}

TEST(OffloadStep, ObservationLayout) {
  OffloadConfig config = paper();
  config.slots = 2;
  Uav uav(config, task(100, 10));
  uav.parameters = OffloadEnv::make_parameters(config, 65, Mode::training).value();
  uav.step(local, task(40, 5));
  std::vector<float> seen(12, -1.0F);
  OffloadEnv::observe(uav.parameters, uav.state, seen);
  const std::vector<float> expected = {0.5F, 0.99F, 0.5F, 0, 0.18F, 0, 0.2F, 0.1F, 1, 0, 0.5F, 1};
  for (std::size_t index = 0; index < expected.size(); ++index)
    EXPECT_NEAR(seen[index], expected[index], 1e-6);
}

TEST(OffloadQuirk, FlagsKeepLastOutcome) {
  for (const bool keep : {true, false}) {
    OffloadConfig config = paper();
    config.flags_keep_last_outcome = keep;
    Uav uav(config, task(1, 9));
    uav.step(local, task(1, 9));
    EXPECT_TRUE(uav.state.local_ok);
    uav.step(offload, task(1, 9));
    EXPECT_EQ(uav.state.local_ok, keep);
    EXPECT_TRUE(uav.state.offload_ok);
    uav.step(discard, task(1, 9));
    EXPECT_EQ(uav.state.local_ok, keep);
    EXPECT_EQ(uav.state.offload_ok, keep);
  }
}

TEST(OffloadQuirk, CloudReleasedInEvaluation) {
  for (const bool released : {false, true}) {
    OffloadConfig config = paper();
    config.cloud_released_in_evaluation = released;
    for (const Mode mode : {Mode::training, Mode::evaluation}) {
      Uav uav(config, task(200, 1), mode);
      EXPECT_DOUBLE_EQ(uav.step(offload, task(1, 1)).reward, 10);
      EXPECT_EQ(uav.pool.free(), mode == Mode::training || released ? 1000 : 800);
    }
  }
}

TEST(OffloadQuirk, EvaluationFleet) {
  for (const bool fleet : {false, true}) {
    OffloadConfig config = paper();
    config.evaluation_fleet = fleet;
    EXPECT_EQ(OffloadEnv::evaluation_members(config, 5), fleet ? 5 : 1);
    EXPECT_EQ(OffloadEnv::resource_is_shared(config, Mode::evaluation), fleet);
    EXPECT_TRUE(OffloadEnv::resource_is_shared(config, Mode::training));
    const auto group = EnvironmentGroup<OffloadEnv>::make(config, {1, Mode::evaluation, {10, 10}});
    EXPECT_EQ((*group)->in_step(), fleet);
  }
}

TEST(OffloadQuirk, LaterTaskUnitsExclusiveMaximum) {
  for (const bool exclusive : {true, false}) {
    OffloadConfig config = paper();
    config.max_task_units = 3;
    config.later_task_units_exclusive_maximum = exclusive;
    const auto parameters = OffloadEnv::make_parameters(config, 10, Mode::training).value();
    Stream stream;
    int first = 0;
    int later = 0;
    for (int count = 0; count < 1000; ++count) {
      first = std::max<int>(first, OffloadEnv::draw_initial(parameters, stream).task.units);
      later = std::max<int>(later, OffloadEnv::draw_next(parameters, OffloadState{}, stream).task.units);
    }
    EXPECT_EQ(first, 3);
    EXPECT_EQ(later, exclusive ? 2 : 3);
  }
}

TEST(OffloadQuirk, ContextsOfVelocityAndCompute) {
  const auto contexts = [](const OffloadConfig& config, double velocity) {
    const auto parameters = OffloadEnv::make_parameters(config, velocity, Mode::training).value();
    return std::pair(parameters.velocity_context, parameters.compute_context);
  };
  for (const double velocity : {5.0, 25.0, 30.0})
    EXPECT_EQ(contexts(paper(), velocity), std::pair(0.0F, 1.0F));
  EXPECT_EQ(contexts(paper(), 65), std::pair(0.5F, 1.0F));
  EXPECT_EQ(contexts(paper(), 1000), std::pair(1.0F, 1.0F));
  EXPECT_EQ(contexts(sound(), 60), std::pair(0.5F, 0.5F));
  OffloadConfig config = paper();
  config.velocity_context_offset = 0;
  EXPECT_EQ(contexts(config, 35), std::pair(0.5F, 1.0F));
  config.velocity_context_scale = 140;
  EXPECT_EQ(contexts(config, 35), std::pair(0.25F, 1.0F));
  config.compute_context_scale = 800;
  EXPECT_EQ(contexts(config, 35), std::pair(0.25F, 0.25F));
}

TEST(OffloadErrors, VelocityMustBeFiniteAndNotNegative) {
  for (const double velocity : {-1.0, std::nan(""), std::numeric_limits<double>::infinity(), 1e7}) {
    const auto group = EnvironmentGroup<OffloadEnv>::make(paper(), {1, Mode::training, {velocity}});
    ASSERT_FALSE(group.has_value()) << velocity;
    EXPECT_EQ(group.error().kind, ErrorKind::usage);
    EXPECT_NE(group.error().message.find("velocity"), std::string::npos);
  }
  EXPECT_TRUE(EnvironmentGroup<OffloadEnv>::make(paper(), {1, Mode::training, {0}}).has_value());
}

TEST(OffloadConditions, SpreadOverTheTrainingVelocities) {
  EXPECT_EQ(OffloadEnv::default_conditions(5), (std::vector<double>{5, 10, 15, 20, 25}));
  EXPECT_EQ(OffloadEnv::default_conditions(1), (std::vector<double>{10}));
  EXPECT_EQ(OffloadEnv::default_conditions(4), (std::vector<double>{5, 11, 18, 25}));
}

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
      group->step(0, discard, row);
    }
    return seen;
  };
  EXPECT_EQ(tasks(Mode::training, 5), tasks(Mode::training, 25));
  EXPECT_NE(tasks(Mode::evaluation, 5), tasks(Mode::evaluation, 25));
  EXPECT_NE(tasks(Mode::training, 5), tasks(Mode::evaluation, 5));
}

/// Members that all have a good channel for ever: they stand still, and the start is chosen.
std::unique_ptr<EnvironmentGroup<OffloadEnv>> standing_fleet(OffloadConfig config, int members) {
  config.channel_starts_uniform = false;
  config.snr_threshold_db = 0.1;
  config.channel_ratio_in_decibels = false;
  GroupSetup setup{1, Mode::training, std::vector<double>(static_cast<std::size_t>(members), 0.0)};
  return EnvironmentGroup<OffloadEnv>::make(config, setup).value();
}

TEST(OffloadFleet, WhoeverStartsATickGetsTheCloudFirst) {
  OffloadConfig config = sound();
  config.cloud_units = 1;
  config.max_task_units = 2;
  config.later_task_units_exclusive_maximum = true;  // later tasks have one unit: one member gets it
  config.max_task_epochs = 1;                        // and gives it back in the same step
  const auto group = standing_fleet(config, 3);
  std::vector<float> rows(3 * 48);
  const auto row = [&](int member) {
    return std::span(rows).subspan(static_cast<std::size_t>(member) * 48, 48);
  };
  const std::vector<std::uint8_t> active = {1, 1, 1};
  std::vector<StepOutcome> outcomes(3);
  for (const int first : {0, 1, 2}) {
    group->refill_shared_resource();
    for (int member = 0; member < 3; ++member) group->start_episode(member, 0, row(member));
    group->step_all(0, std::vector<int>{2, 2, 2}, active, outcomes, rows);
    group->step_all(first, std::vector<int>{1, 1, 1}, active, outcomes, rows);
    for (int member = 0; member < 3;
         ++member) {  // each step is whole before the next begins: all get it in turn
      EXPECT_TRUE(group->state(member).offload_ok) << first << " " << member;
    }
  }
  config.max_task_epochs = 50;
  const auto slow = standing_fleet(config, 3);
  int contested = 0;
  for (std::uint32_t episode = 0; episode < 10; ++episode) {
    const int first = static_cast<int>(episode % 3);
    slow->refill_shared_resource();
    for (int member = 0; member < 3; ++member) slow->start_episode(member, episode, row(member));
    slow->step_all(0, std::vector<int>{2, 2, 2}, active, outcomes, rows);
    const bool lasting = slow->state(first).task.epochs > 1;
    slow->step_all(first, std::vector<int>{1, 1, 1}, active, outcomes, rows);
    if (!lasting) continue;
    ++contested;
    for (int member = 0; member < 3; ++member) EXPECT_EQ(slow->state(member).offload_ok, member == first);
  }
  EXPECT_GT(contested, 5);
}

TEST(OffloadFleet, RewardSharingMixesInTheMeanOfThoseThatTakePart) {
  OffloadConfig config = paper();
  config.reward_sharing = 0.25;
  config.max_task_epochs = 1;
  const auto group = standing_fleet(config, 3);
  std::vector<float> rows(3 * 48);
  group->refill_shared_resource();
  for (int member = 0; member < 3; ++member) {
    group->start_episode(member, 0, std::span(rows).subspan(static_cast<std::size_t>(member) * 48, 48));
  }
  std::vector<StepOutcome> outcomes(3);
  const std::vector<std::uint8_t> active = {1, 0, 1};
  group->step_all(0, std::vector<int>{0, 0, 2}, active, outcomes, rows);
  EXPECT_GT(outcomes[0].reward, 0);
  EXPECT_EQ(outcomes[2].reward, 0);
  const double mean = outcomes[0].reward / 2;
  EXPECT_DOUBLE_EQ(outcomes[0].learner_reward, 0.75 * outcomes[0].reward + 0.25 * mean);
  EXPECT_DOUBLE_EQ(outcomes[2].learner_reward, 0.25 * mean);
  const StepOutcome alone = group->step(1, 0, std::span(rows).first(48));
  EXPECT_GT(alone.reward, 0);
  EXPECT_EQ(alone.learner_reward, alone.reward);
}

TEST(CloudPool, NeverExceedsItsCapacity) {
  CloudPool pool(paper());
  pool.give_back(1);
  EXPECT_EQ(pool.free(), 1000);
  EXPECT_TRUE(pool.take(1000));
  EXPECT_FALSE(pool.take(1));
  pool.refill();
  EXPECT_EQ(pool.free(), 1000);
}

TEST(CloudPool, ThreadsNeitherLoseNorInventUnits) {
  CloudPool pool(paper());
  std::vector<std::jthread> threads;
  std::atomic<bool> overdrawn = false;
  for (std::uint32_t number = 0; number < 4; ++number) {
    threads.emplace_back([&, number] {
      Stream stream({.seed = 1, .episode = number});
      for (int count = 0; count < 20'000; ++count) {
        const int units = 1 + static_cast<int>(stream.uniform_below(500));
        if (!pool.take(units)) continue;
        if (pool.free() < 0) overdrawn = true;
        pool.give_back(units);
      }
    });
  }
  threads.clear();
  EXPECT_FALSE(overdrawn);
  EXPECT_EQ(pool.free(), 1000);
}

TEST(CloudPool, MembersSteppedByTheirOwnThreadsReturnEverything) {
  OffloadConfig config = paper();
  config.max_task_epochs = 1;
  const auto group = EnvironmentGroup<OffloadEnv>::make(config, {1, Mode::training, {5, 10, 15, 20}}).value();
  group->refill_shared_resource();
  {
    std::vector<std::jthread> threads;
    for (int member = 0; member < 4; ++member) {
      threads.emplace_back([&, member] {
        std::vector<float> row(48);
        for (std::uint32_t episode = 0; episode < 50; ++episode) {
          group->start_episode(member, episode, row);
          while (!group->step(member, offload, row).done()) {
          }
        }
      });
    }
  }
  ByteWriter writer;
  group->save(writer);
  const auto bytes = writer.take();
  ByteReader reader(bytes);
  std::uint64_t members = 0;
  int units = 0;
  ASSERT_TRUE(reader.value(members).has_value());
  ASSERT_TRUE(reader.value(units).has_value());
  EXPECT_EQ(units, 1000);
}

}  // namespace
}  // namespace windhover::env

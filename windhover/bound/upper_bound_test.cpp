#include "windhover/bound/upper_bound.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/bound/linear_solver.hpp"
#include "windhover/env/adapter.hpp"
#include "windhover/env/offload.hpp"
#include "windhover/env/relaxation.hpp"
#include "windhover/env/simple_policies.hpp"
#include "windhover/env/testing/profiles.hpp"

namespace windhover::bound {
namespace {

using env::EnvironmentGroup;
using env::Mode;
using env::OffloadConfig;
using env::OffloadEnv;
using env::testing::paper;
using env::testing::sound;

constexpr std::uint64_t seed = 17;
constexpr double slack = 1e-6;

double bound_of(const OffloadConfig& config, double velocity, int workers, std::uint32_t episode) {
  const auto program = env::relaxation_of_episode<OffloadEnv>(config, velocity, workers, seed, episode);
  EXPECT_TRUE(program.has_value()) << program.error().message;
  const auto maximum = certified_maximum(*program);
  EXPECT_TRUE(maximum.has_value()) << maximum.error().message;
  return maximum.value_or(NAN);
}

/// The actual environment, flown through an episode with given actions.
class Flight {
 public:
  Flight(const OffloadConfig& config, double velocity, int members)
      : group_(EnvironmentGroup<OffloadEnv>::make(
                   config,
                   {seed, Mode::evaluation, std::vector<double>(static_cast<std::size_t>(members), velocity)})
                   .value()),
        size_(static_cast<std::size_t>(members)),
        active_(size_, 1),
        outcomes_(size_),
        observations_(size_ * static_cast<std::size_t>(group_->observation_size())) {}

  /// `actions` [ticks x members]. The mean return per member.
  double fly(std::uint32_t episode, const std::vector<int>& actions) {
    group_->refill_shared_resource();
    const std::size_t width = observations_.size() / size_;
    for (std::size_t member = 0; member < size_; ++member) {
      group_->start_episode(static_cast<int>(member), episode,
                            std::span(observations_).subspan(member * width, width));
    }
    double sum = 0;
    for (std::size_t tick = 0; tick * size_ < actions.size(); ++tick) {
      group_->step_all(static_cast<int>(tick % size_), std::span(actions).subspan(tick * size_, size_),
                       active_, outcomes_, observations_);
      for (const auto& outcome : outcomes_) sum += outcome.reward;
    }
    return sum / static_cast<double>(size_);
  }

  /// The most that any sequence of actions earns.
  double best(std::uint32_t episode, int epochs) {
    std::vector<int> actions(static_cast<std::size_t>(epochs) * size_, 0);
    double best = 0;
    for (;;) {
      best = std::max(best, fly(episode, actions));
      auto place = actions.begin();
      while (place != actions.end() && *place == 2) *place++ = 0;
      if (place == actions.end()) return best;
      ++*place;
    }
  }

 private:
  std::unique_ptr<EnvironmentGroup<OffloadEnv>> group_;
  std::size_t size_;
  std::vector<std::uint8_t> active_;
  std::vector<env::StepOutcome> outcomes_;
  std::vector<float> observations_;
};

/// So small that all action sequences can be tried: room for one or two tasks in each place.
OffloadConfig tiny(OffloadConfig config, int epochs) {
  config.episode_epochs = epochs;
  config.max_task_epochs = 3;
  config.local_units = 200;
  config.cloud_units = 300;
  return config;
}

TEST(UpperBound, IsNotBelowTheBestOfAllActionSequences) {
  int equal = 0;
  int strict = 0;
  for (const bool released : {false, true}) {
    OffloadConfig config = tiny(paper(), 6);
    config.cloud_released_in_evaluation = released;
    Flight flight(config, 50, 1);
    for (std::uint32_t episode = 0; episode < 25; ++episode) {
      const double best = flight.best(episode, 6);
      const double bound = bound_of(config, 50, 1, episode);
      EXPECT_GE(bound, best - slack) << released << " " << episode;
      EXPECT_LE(bound, best + 0.05 * 400) << "two places can have one task in part each at a time";
      ++(bound < best + slack ? equal : strict);
    }
  }
  EXPECT_GT(equal, 10) << "in many small episodes whole tasks are the best anyway";
  EXPECT_GT(strict, 0);
}

TEST(UpperBound, IsNotBelowTheBestOfAFleet) {
  OffloadConfig config = tiny(sound(), 4);
  config.cloud_units = 200;
  int equal = 0;
  Flight flight(config, 50, 2);
  for (std::uint32_t episode = 0; episode < 12; ++episode) {
    const double best = flight.best(episode, 4);
    const double bound = bound_of(config, 50, 2, episode);
    EXPECT_GE(bound, best - slack) << episode;
    if (bound < best + slack) ++equal;
  }
  EXPECT_GT(equal, 0);
}

/// Tasks of one unit each and capacities in whole tasks: the rows are intervals in time, so that the program
/// of each place alone has whole solutions, and where only the cloud can take tasks the bound is what can be
/// earned.
TEST(UpperBound, OfUnitTasksIsTheOptimumOfTheFleet) {
  OffloadConfig config = tiny(sound(), 4);
  config.max_task_units = 2;
  config.later_task_units_exclusive_maximum = true;  // units are 1, at reset perhaps 2
  config.max_task_epochs = 2;
  config.cloud_units = 1;  // which the turns of a tick share: who comes later takes what was returned before
  config.local_units = 1;
  config.slots = 1;
  Flight flight(config, 50, 2);
  for (std::uint32_t episode = 0; episode < 12; ++episode)
    EXPECT_NEAR(bound_of(config, 50, 2, episode), flight.best(episode, 4), slack) << episode;
}

TEST(UpperBound, IsNotBelowAnySimplePolicyInAnyEpisode) {
  for (const OffloadConfig& config : {paper(), sound()}) {
    const int members = OffloadEnv::evaluation_members(config, 5);
    for (const double velocity : {5.0, 100.0}) {
      for (const auto& policy : OffloadEnv::simple_policies()) {
        const auto scores = env::episode_scores<OffloadEnv>(config, policy, velocity, 5, seed, 0, 4);
        for (std::uint32_t episode = 0; episode < 4; ++episode) {
          EXPECT_GE(bound_of(config, velocity, 5, episode), (*scores)[episode] - slack)
              << policy.name << " " << velocity << " " << members;
        }
      }
    }
  }
}

TEST(UpperBound, MoreCapacityNeverLowersIt) {
  const auto expect_rising = [](OffloadConfig config, int OffloadConfig::*capacity,
                                const std::vector<int>& levels) {
    double last = 0;
    for (const int level : levels) {
      config.*capacity = level;
      const double bound = bound_of(config, 20, 3, 1);
      EXPECT_GE(bound, last - slack) << level;
      last = bound;
    }
  };
  for (const OffloadConfig& config : {paper(), sound()}) {
    expect_rising(config, &OffloadConfig::cloud_units, {0, 50, 200, 1000, 5000});
    expect_rising(config, &OffloadConfig::local_units, {1, 50, 200, 1000});
    expect_rising(config, &OffloadConfig::slots, {1, 2, 5, 20});
  }
  OffloadConfig kept = sound();
  kept.cloud_released_in_evaluation = false;
  EXPECT_LE(bound_of(kept, 20, 3, 1), bound_of(sound(), 20, 3, 1) + slack);
}

TEST(UpperBound, OfAFleetOfOneIsThatOfASingleUavWithReturnedUnits) {
  OffloadConfig single = sound();
  single.evaluation_fleet = false;
  for (std::uint32_t episode = 0; episode < 3; ++episode)
    EXPECT_NEAR(bound_of(sound(), 20, 1, episode), bound_of(single, 20, 5, episode), slack);
}

TEST(UpperBound, WithoutRoomForAnyTaskIsZero) {
  OffloadConfig config = paper();
  config.cloud_units = 0;
  config.local_units = 1;
  config.max_task_units = 60'000;  // a task of one unit is not met in these episodes
  EXPECT_EQ(bound_of(config, 20, 1, 0), 0);
}

/// With one epoch every task is held for one step only, and the local units are the only thing that is
/// scarce.
TEST(UpperBound, OfTasksThatFitAtOnceIsTheirSum) {
  OffloadConfig config = paper();
  config.max_task_epochs = 1;
  const auto group = EnvironmentGroup<OffloadEnv>::make(config, {seed, Mode::evaluation, {20}}).value();
  std::vector<float> observation(static_cast<std::size_t>(group->observation_size()));
  group->start_episode(0, 2, observation);
  double units = 0;
  for (int tick = 0; tick < config.episode_epochs; ++tick) {
    units += group->state(0).task.units;
    group->step(0, 2, observation);
  }
  EXPECT_NEAR(bound_of(config, 20, 1, 2), 0.05 * units, slack);
}

/// A cloud that is never returned and no room on the UAV: one knapsack over the tasks that a good channel
/// meets.
TEST(UpperBound, OfACloudThatIsNotReturnedIsAKnapsack) {
  OffloadConfig config = paper();
  config.local_units = 1;
  config.cloud_units = 300;
  const auto group = EnvironmentGroup<OffloadEnv>::make(config, {seed, Mode::evaluation, {50}}).value();
  std::vector<float> observation(static_cast<std::size_t>(group->observation_size()));
  for (std::uint32_t episode = 0; episode < 10; ++episode) {
    group->start_episode(0, episode, observation);
    double reachable = 0;
    double local = 0;
    for (int tick = 0; tick < config.episode_epochs; ++tick) {
      const auto& state = group->state(0);
      const bool completes = state.task.epochs <= state.epochs_left;
      if (completes && state.channel_good) reachable += state.task.units;
      if (completes && state.task.units == 1) local += 1;
      group->step(0, 2, observation);
    }
    const double expected = 0.05 * std::min(300.0, reachable);  // every unit has the same worth
    const double bound = bound_of(config, 50, 1, episode);
    EXPECT_GE(bound, expected - slack);
    EXPECT_LE(bound, expected + 0.05 * local + slack);
  }
}

TEST(UpperBound, ComesAsScoresByCondition) {
  const env::Description& environment = *env::find("offload").value();
  const auto config = environment.configure("paper", Json::object()).value();
  const std::vector<double> velocities = {5, 100};
  const auto rows = upper_bounds(environment, config, velocities, 5, 3, seed).value();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].condition, 100);
  EXPECT_EQ(rows[1].episodes, 3);
  double mean = 0;
  for (std::uint32_t episode = 0; episode < 3; ++episode) mean += bound_of(paper(), 100, 5, episode) / 3;
  EXPECT_NEAR(rows[1].mean, mean, slack);
  EXPECT_GT(rows[1].standard_error, 0);
}

TEST(UpperBound, WrongUseIsRefusedWithTheReason) {
  env::Description environment = *env::find("offload").value();
  const auto config = environment.configure("paper", Json::object()).value();
  const std::vector<double> velocities = {5};
  EXPECT_FALSE(upper_bounds(environment, config, velocities, 5, 0, seed).has_value());
  EXPECT_FALSE(upper_bounds(environment, config, velocities, 0, 1, seed).has_value());
  EXPECT_FALSE(upper_bounds(environment, config, std::vector{-1.0}, 5, 1, seed).has_value());
  environment.relaxation = nullptr;
  const auto refused = upper_bounds(environment, config, velocities, 5, 1, seed);
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().message.find("no upper bound"), std::string::npos);
}

}  // namespace
}  // namespace windhover::bound

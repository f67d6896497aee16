#include "windhover/env/offload.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/env/adapter.hpp"
#include "windhover/env/testing/profiles.hpp"

namespace windhover::env {
namespace {

constexpr int local = 0;
constexpr int offload = 1;
constexpr int discard = 2;

using testing::paper;
using testing::sound;

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

/// As docs/environments/offload.md has them: found by halving, not by the formula.
TEST(OffloadQuirk, TheVelocityContextIsClippedAt100And120KilometresAnHour) {
  for (const auto& [config, first, last] :
       {std::tuple(paper(), 30.0, 100.0), std::tuple(sound(), 0.0, 120.0)}) {
    const auto context = [&config = config](double velocity) {
      return OffloadEnv::make_parameters(config, velocity, Mode::evaluation)->velocity_context;
    };
    double below = first;
    double clipped = 1000;
    while (clipped - below > 1e-4)
      (context((below + clipped) / 2) == 1 ? clipped : below) = (below + clipped) / 2;
    EXPECT_NEAR(clipped, last, 1e-3);
    EXPECT_EQ(context(first), 0);
    EXPECT_GT(context(first + 0.01), 0);
  }
}

TEST(OffloadQuirk, SampledFirst) {
  EXPECT_FALSE(OffloadEnv::sampled_first(paper()));
  OffloadConfig config = paper();
  config.sampled_first = true;
  EXPECT_TRUE(OffloadEnv::sampled_first(config));
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

}  // namespace
}  // namespace windhover::env

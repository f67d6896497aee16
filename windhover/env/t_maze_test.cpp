#include "windhover/env/t_maze.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/env/describe.hpp"

namespace windhover::env {
namespace {

/// One walker, driven by hand.
struct Walker {
  explicit Walker(const TMazeConfig& config, bool goal_is_left) : parameters{config} {
    TMazeEnv::reset(parameters, {.goal_is_left = goal_is_left}, state);
  }

  StepOutcome step(int action) {
    return TMazeEnv::step(parameters, nothing, action, {.noise = {0.25F, 0.75F}}, state);
  }

  std::vector<float> sees() {
    std::vector<float> observation(3);
    TMazeEnv::observe(parameters, state, observation);
    return observation;
  }

  TMazeEnv::Parameters parameters;
  NoSharedResource nothing{0};
  TMazeEnv::State state;
};

TEST(TMaze, TheSignIsSeenAtTheStartOnly) {
  Walker to_the_left({2, 50}, true);
  Walker to_the_right({2, 50}, false);
  EXPECT_EQ(to_the_left.sees(), (std::vector<float>{0, 1, 1}));
  EXPECT_EQ(to_the_right.sees(), (std::vector<float>{1, 1, 0}));
  for (const std::vector<float>& both : {std::vector<float>{0.25F, 0, 0.75F}, std::vector<float>{0, 1, 0}}) {
    static_cast<void>(to_the_left.step(TMazeEnv::forward));
    static_cast<void>(to_the_right.step(TMazeEnv::forward));
    EXPECT_EQ(to_the_left.sees(), both);
    EXPECT_EQ(to_the_right.sees(), both);
  }
}

TEST(TMaze, TurnsEndTheEpisodeAtTheJunctionAndHitTheWallElsewhere) {
  for (const int turn : {TMazeEnv::left, TMazeEnv::right}) {
    Walker walker({1, 50}, true);
    EXPECT_EQ(walker.step(turn).reward, -0.1);
    EXPECT_EQ(walker.step(TMazeEnv::forward).reward, 0);
    const auto wall = walker.step(TMazeEnv::forward);
    EXPECT_EQ(wall.reward, -0.1);
    EXPECT_FALSE(wall.done());
    const auto last = walker.step(turn);
    EXPECT_TRUE(last.terminated);
    EXPECT_FALSE(last.truncated);
    EXPECT_EQ(last.reward, turn == TMazeEnv::left ? 4 : -0.1);
  }
}

TEST(TMaze, TheLimitCutsTheEpisode) {
  Walker walker({5, 3}, false);
  EXPECT_FALSE(walker.step(TMazeEnv::forward).done());
  EXPECT_FALSE(walker.step(TMazeEnv::forward).done());
  const auto last = walker.step(TMazeEnv::forward);
  EXPECT_TRUE(last.truncated);
  EXPECT_FALSE(last.terminated);
}

TEST(TMaze, SimplePoliciesEarnWhatIsKnown) {
  const auto entry = describe<TMazeEnv>();
  for (const auto& profile : entry.profiles) {
    const auto config = entry.configure(profile, Json::object());
    const std::vector<double> conditions = {0};
    const auto rows = entry.score_simple_policies(*config, conditions, 1, 2000, 9, {});
    const auto score = [&](const char* policy) {
      return *std::ranges::find(*rows, policy, &PolicyScore::policy);
    };
    EXPECT_NEAR(score("oracle").mean, 4, 1e-9);
    EXPECT_NEAR(score("always-left").mean, (4 - 0.1) / 2, 4 * score("always-left").standard_error);
  }
}

}  // namespace
}  // namespace windhover::env

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/env/offload.hpp"
#include "windhover/env/simple_policies.hpp"
#include "windhover/env/testing/profiles.hpp"

namespace windhover::env {
namespace {

/// Scores measured outside this project over 400 episodes, one row a policy, one column a velocity.
struct Measured {
  std::string policy;
  std::vector<double> means;
};

/// `recorded_error` is the standard error of the recorded means.
void expect_scores(const OffloadConfig& config, const std::vector<double>& velocities, double recorded_error,
                   const std::vector<Measured>& table) {
  const auto rows = score_simple_policies<OffloadEnv>(config, velocities, 5, 400, 7);
  ASSERT_TRUE(rows.has_value());
  ASSERT_EQ(rows->size(), table.size() * velocities.size());
  for (std::size_t index = 0; index < rows->size(); ++index) {
    const PolicyScore& row = (*rows)[index];
    const Measured& measured = table[index / velocities.size()];
    EXPECT_EQ(row.policy, measured.policy);
    EXPECT_EQ(row.condition, velocities[index % velocities.size()]);
    EXPECT_EQ(row.episodes, 400);
    const double error = std::hypot(row.standard_error, row.mean == 0 ? 0 : recorded_error);
    EXPECT_NEAR(row.mean, measured.means[index % velocities.size()], 3.5 * error)
        << row.policy << " " << row.condition;
  }
}

TEST(SimplePolicies, EarnWhatWasMeasuredInThePaperProfile) {
  expect_scores(testing::paper(), {5, 50, 100}, 0.6,
                {{"discard", {0, 0, 0}},
                 {"local", {30.4, 30.4, 30.4}},
                 {"offload", {48.4, 49.7, 49.7}},
                 {"random", {68.4, 72.1, 70.2}},
                 {"local-first", {78.4, 79.8, 79.8}},
                 {"threshold", {110.6, 111.9, 112.0}}});
}

TEST(SimplePolicies, EarnWhatWasMeasuredInTheSoundProfile) {
  expect_scores(testing::sound(), {5, 20, 100}, 0.4,
                {{"discard", {0, 0, 0}},
                 {"local", {30.6, 30.6, 30.6}},
                 {"offload", {35.4, 35.4, 35.6}},
                 {"random", {58.1, 58.4, 58.3}},
                 {"local-first", {65.3, 65.3, 65.2}},
                 {"threshold", {132.8, 133.0, 132.9}}});
}

/// As docs/environments/offload.md has them, from other episodes.
TEST(SimplePolicies, EarnMoreTheFasterTheyFlyInTheCorrelatedProfile) {
  expect_scores(testing::correlated(), {5, 20, 100}, 0.16,
                {{"discard", {0, 0, 0}},
                 {"local", {30.55, 30.56, 30.55}},
                 {"offload", {30.57, 31.42, 32.72}},
                 {"random", {50.07, 50.56, 51.75}},
                 {"local-first", {60.32, 61.14, 62.37}},
                 {"threshold", {101.91, 102.48, 104.02}}});
  const auto gain = [](const OffloadConfig& config) {
    const auto& offload = OffloadEnv::simple_policies()[2];
    const auto slow = summarise("", 5, *episode_scores<OffloadEnv>(config, offload, 5, 5, 7, 0, 800));
    const auto fast = summarise("", 100, *episode_scores<OffloadEnv>(config, offload, 100, 5, 7, 0, 800));
    return (fast.mean - slow.mean) / std::hypot(fast.standard_error, slow.standard_error);
  };
  EXPECT_GT(gain(testing::correlated()), 4);
  EXPECT_LT(std::abs(gain(testing::sound())), 3.5);
}

TEST(SimplePolicies, AlwaysOffloadingNeverEarnsMoreThanAnUnreturnedCloud) {
  const OffloadConfig config = testing::paper();
  const auto group = EnvironmentGroup<OffloadEnv>::make(config, {1, Mode::evaluation, {50}});
  ASSERT_TRUE(group.has_value());
  SimplePolicyFlight<OffloadEnv> flight(**group, 1, 50);
  const auto& offload = OffloadEnv::simple_policies()[2];
  for (std::uint32_t episode = 0; episode < 200; ++episode)
    EXPECT_LE(flight.fly(offload, episode), 50.0 + 1e-9);
}

TEST(SimplePolicies, RewardSharingDoesNotChangeScores) {
  OffloadConfig config = testing::sound();
  const auto own = score_simple_policies<OffloadEnv>(config, std::vector{20.0}, 3, 20, 1);
  config.reward_sharing = 1;
  const auto shared = score_simple_policies<OffloadEnv>(config, std::vector{20.0}, 3, 20, 1);
  for (std::size_t index = 0; index < own->size(); ++index)
    EXPECT_EQ((*own)[index].mean, (*shared)[index].mean);
}

TEST(SimplePolicies, ThresholdsAreSettings) {
  OffloadConfig config = testing::paper();
  config.threshold_local_epochs = 0;
  config.threshold_cloud_epochs = 0;
  const auto rows = score_simple_policies<OffloadEnv>(config, std::vector{50.0}, 1, 10, 1);
  EXPECT_EQ(rows->back().policy, "threshold");
  EXPECT_EQ(rows->back().mean, 0);
}

}  // namespace
}  // namespace windhover::env

#include "windhover/env/policy_search.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/env/offload.hpp"

namespace windhover::env {
namespace {

/// Tasks of at most six epochs, so that every pair of numbers can be tried.
OffloadConfig small() {
  OffloadConfig config = offload_profiles()[0].config;
  config.max_task_epochs = 6;
  config.episode_epochs = 20;
  return config;
}

/// The mean in the first of the search's episodes.
double mean_of(OffloadConfig config, std::pair<int, int> numbers, int episodes) {
  config.threshold_local_epochs = numbers.first;
  config.threshold_cloud_epochs = numbers.second;
  const auto scores = episode_scores<OffloadEnv>(config, OffloadEnv::simple_policies()[5], 20, 1, 9,
                                                 first_search_episode, episodes);
  double sum = 0;
  for (const double score : *scores) sum += score / episodes;
  return sum;
}

TEST(PolicySearch, FindsWhatTryingEverythingFinds) {
  const std::vector<double> velocities = {20};
  const auto found = PolicySearch<OffloadEnv>(small(), velocities, 1, 9).best();
  ASSERT_TRUE(found.has_value()) << found.error().message;
  double best = 0;
  for (int a = 0; a <= 6; ++a) {
    for (int b = 0; b <= 6; ++b) best = std::max(best, mean_of(small(), {a, b}, 2000));
  }
  EXPECT_NEAR(mean_of(small(), *found, 2000), best, 0.02 * best);
}

TEST(PolicySearch, EarnsAtLeastWhatTheFixedNumbersDo) {
  const std::vector<double> velocities = {5, 20, 100};
  for (const auto& profile : offload_profiles()) {
    const auto best = score_best_policy<OffloadEnv>(profile.config, velocities, 5, 150, 9).value();
    ASSERT_EQ(best.size(), velocities.size());
    const auto fixed = score_simple_policies<OffloadEnv>(profile.config, velocities, 5, 150, 9).value();
    double gain = 0;
    for (std::size_t i = 0; i < best.size(); ++i)
      gain += best[i].mean - fixed[fixed.size() - best.size() + i].mean;
    EXPECT_GT(gain / 3, -1.0) << profile.name << ": its numbers were searched, if in other episodes";
    EXPECT_TRUE(best[0].policy.starts_with("best threshold (")) << best[0].policy;
    EXPECT_EQ(best[0].policy, best[2].policy);
    EXPECT_EQ(best[0].episodes, 150);
  }
}

TEST(PolicySearch, IsTheSameEveryTime) {
  const std::vector<double> velocities = {20};
  EXPECT_EQ(PolicySearch<OffloadEnv>(small(), velocities, 1, 9).best().value(),
            PolicySearch<OffloadEnv>(small(), velocities, 1, 9).best().value());
}

TEST(PolicySearch, WrongUseIsRefused) {
  const std::vector<double> velocities = {20};
  EXPECT_FALSE(score_best_policy<OffloadEnv>(small(), velocities, 1, 0, 9).has_value());
  EXPECT_FALSE(score_best_policy<OffloadEnv>(small(), velocities, 0, 1, 9).has_value());
  EXPECT_FALSE(score_best_policy<OffloadEnv>(small(), std::vector{-1.0}, 1, 1, 9).has_value());
}

}  // namespace
}  // namespace windhover::env

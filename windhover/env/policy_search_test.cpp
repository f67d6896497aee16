#include "windhover/env/policy_search.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/env/offload.hpp"
#include "windhover/env/testing/profiles.hpp"

namespace windhover::env {
namespace {

/// Tasks of at most six epochs, so that every pair of numbers can be tried.
OffloadConfig small() {
  OffloadConfig config = testing::paper();
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
    const auto best =
        score_searched_policy<OffloadEnv>(profile.config, velocities, 5, 150, 9, SearchFor::group).value();
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

/// What member 0 earns in the first of the search's episodes, if it goes by `own` and all others by `others`.
double own_mean_of(OffloadConfig config, std::pair<int, int> own, std::pair<int, int> others, int episodes) {
  const auto with = [&](std::pair<int, int> numbers) {
    config.threshold_local_epochs = numbers.first;
    config.threshold_cloud_epochs = numbers.second;
    return config;
  };
  const GroupSetup setup{.seed = 9, .mode = Mode::evaluation, .conditions = {20, 20, 20}};
  const auto group = EnvironmentGroup<OffloadEnv>::make(with(others), setup).value();
  SimplePolicyFlight<OffloadEnv> flight(*group, 9, 20);
  flight.go_by(0, OffloadEnv::make_parameters(with(own), 20, Mode::evaluation).value());
  double sum = 0;
  for (int episode = 0; episode < episodes; ++episode) {
    const double mean = flight.fly(OffloadEnv::simple_policies()[5],
                                   first_search_episode + static_cast<std::uint32_t>(episode));
    double fleet = 0;
    for (const double member : flight.returns()) fleet += member / 3;
    EXPECT_NEAR(fleet, mean, 1e-9);
    sum += flight.returns()[0] / episodes;
  }
  return sum;
}

/// A fleet of three that a cloud of few units can not serve.
OffloadConfig small_fleet() {
  OffloadConfig config = testing::sound();
  config.max_task_epochs = 6;
  config.episode_epochs = 20;
  config.cloud_units = 60;
  return config;
}

TEST(PolicySearch, NoMemberGainsByLeavingTheSelfishRule) {
  const std::vector<double> velocities = {20};
  const PolicySearch<OffloadEnv> search(small_fleet(), velocities, 3, 9);
  const auto rule = search.selfish().value();
  const double conforming = own_mean_of(small_fleet(), rule, rule, 2000);
  for (int a = 0; a <= 6; ++a) {
    for (int b = 0; b <= 6; ++b)
      EXPECT_LE(own_mean_of(small_fleet(), {a, b}, rule, 2000), 1.02 * conforming) << a << ", " << b;
  }
}

TEST(PolicySearch, AFleetOfSelfishMembersEarnsLess) {
  const std::vector<double> velocities = {20};
  OffloadConfig config = testing::sound();
  config.episode_epochs = 40;
  const auto mean = [&](SearchFor whom) {
    return score_searched_policy<OffloadEnv>(config, velocities, 5, 150, 9, whom).value()[0].mean;
  };
  EXPECT_LT(1.1 * mean(SearchFor::self), mean(SearchFor::group));
}

TEST(PolicySearch, WhoFliesAloneIsSelfishAnyway) {
  const std::vector<double> velocities = {20};
  const PolicySearch<OffloadEnv> search(small(), velocities, 1, 9);
  EXPECT_EQ(search.selfish().value(), search.best().value());
}

TEST(PolicySearch, IsTheSameEveryTime) {
  const std::vector<double> velocities = {20};
  EXPECT_EQ(PolicySearch<OffloadEnv>(small(), velocities, 1, 9).best().value(),
            PolicySearch<OffloadEnv>(small(), velocities, 1, 9).best().value());
}

TEST(PolicySearch, WrongUseIsRefused) {
  const std::vector<double> velocities = {20};
  EXPECT_FALSE(score_searched_policy<OffloadEnv>(small(), velocities, 1, 0, 9, SearchFor::group).has_value());
  EXPECT_FALSE(score_searched_policy<OffloadEnv>(small(), velocities, 0, 1, 9, SearchFor::group).has_value());
  EXPECT_FALSE(
      score_searched_policy<OffloadEnv>(small(), std::vector{-1.0}, 1, 1, 9, SearchFor::group).has_value());
}

}  // namespace
}  // namespace windhover::env

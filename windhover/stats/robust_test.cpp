#include "windhover/stats/robust.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/stats/bootstrap.hpp"
#include "windhover/stats/golden_data_for_tests.hpp"

namespace windhover::stats {
namespace {

Stream bootstrap_stream() { return Stream(StreamName{.seed = 2, .purpose = Purpose::bootstrap}); }

TEST(InterquartileMean, OfTheFirstTenSquares) {
  SeedScores squares(10);
  for (std::size_t i = 0; i < squares.size(); ++i) squares[i] = {static_cast<double>((i + 1) * (i + 1))};
  InterquartileMean of_seeds(squares);
  EXPECT_THAT(of_seeds(std::array<std::size_t, 10>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}),
              golden::PrintsAs("33.1667"));
  InterquartileMean of_one_seed(SeedScores{{100, 1, 81, 4, 64, 9, 49, 16, 36, 25}});
  EXPECT_THAT(of_one_seed(std::array<std::size_t, 1>{0}), golden::PrintsAs("33.1667"));
}

TEST(InterquartileMean, OfFewScoresIsTheMean) {
  EXPECT_EQ(InterquartileMean(SeedScores{{1.0, 2.0, 6.0}})(std::array<std::size_t, 1>{0}), 3.0);
}

TEST(ProbabilityOfImprovement, TiesCountHalf) {
  EXPECT_EQ(probability_of_improvement(std::array{1.0, 2.0}, std::array{1.0, 0.0}).value(), 0.875);
}

TEST(ProbabilityOfImprovement, TasksWeighTheSame) {
  const std::vector<std::vector<double>> first{{1.0, 1.0, 1.0, 1.0}, {0.0}};
  const std::vector<std::vector<double>> second{{0.0}, {1.0, 2.0}};
  EXPECT_EQ(probability_of_improvement(first, second).value(), 0.5);
  EXPECT_FALSE(probability_of_improvement(std::span(first).first(1), second));
}

TEST(ImprovementInterval, SolvesItsEquationAtBothEnds) {
  // At each end the estimate is 1.96 of that end's own standard errors away.
  for (const double estimate : {0.3, 0.5, 0.86}) {
    const auto interval = improvement_interval(estimate, 5);
    ASSERT_TRUE(interval);
    for (const double end : {interval->lower, interval->upper}) {
      const double variance = end * (1 - end) / 25 * (1 + 4 * ((1 - end) / (2 - end) + end / (1 + end)));
      EXPECT_NEAR(std::fabs(estimate - end), 1.959963984540054 * std::sqrt(variance), 1e-9);
    }
  }
}

TEST(ImprovementInterval, HasAWidthWhereEverySeedWins) {
  const auto five = improvement_interval(1.0, 5);
  ASSERT_TRUE(five);
  EXPECT_EQ(five->upper, 1.0);
  EXPECT_NEAR(five->lower, 0.6427, 5e-5);
  EXPECT_GT(improvement_interval(1.0, 10)->lower, five->lower);
  EXPECT_NEAR(improvement_interval(0.0, 5)->upper, 1 - five->lower, 1e-9);
}

TEST(ImprovementInterval, RefusesWhatItCanNotTake) {
  EXPECT_FALSE(improvement_interval(1.01, 5));
  EXPECT_FALSE(improvement_interval(std::nan(""), 5));
  EXPECT_FALSE(improvement_interval(0.5, 1));
}

TEST(PerformanceProfile, CountsStrictlyAboveAndBracketsTheShare) {
  const std::vector<std::vector<double>> seeds{{0.1, 0.5}, {0.5, 0.9}, {0.2, 0.7}, {0.4, 0.6}, {0.3, 0.8}};
  const std::array thresholds{0.0, 0.5, 0.9};
  const auto profile = performance_profile(seeds, thresholds, bootstrap_stream());
  ASSERT_TRUE(profile);
  EXPECT_EQ((*profile)[0].share, 1.0);
  EXPECT_EQ((*profile)[1].share, 0.4);
  EXPECT_EQ((*profile)[2].share, 0.0);
  for (const ProfilePoint& point : *profile) {
    EXPECT_TRUE(point.interval.contains(point.share)) << point.threshold;
  }
  EXPECT_EQ((*profile)[0].interval, (Interval{1.0, 1.0}));
  EXPECT_LT((*profile)[1].interval.lower, 0.4);
}

TEST(PerformanceProfile, IsThePercentileIntervalOfResampledSeeds) {
  const std::vector<std::vector<double>> seeds{{1, 2, 3}, {2, 3, 4}, {0, 1, 5}, {4, 4, 6}};
  constexpr std::size_t replicates = 200;
  const auto profile = performance_profile(seeds, std::array{2.5}, bootstrap_stream(), replicates);
  ASSERT_TRUE(profile);
  Stream stream = bootstrap_stream();
  std::vector<double> shares;
  for (std::size_t i = 0; i < replicates; ++i) {
    std::vector<double> pooled;
    for (std::size_t draw = 0; draw < seeds.size(); ++draw) {
      const auto& seed = seeds[stream.uniform_below(static_cast<std::uint32_t>(seeds.size()))];
      pooled.insert(pooled.end(), seed.begin(), seed.end());
    }
    shares.push_back(share_above(pooled, 2.5));
  }
  std::sort(shares.begin(), shares.end());
  const std::vector<double> once(replicates, 1.0);
  EXPECT_DOUBLE_EQ((*profile)[0].share, 7.0 / 12);
  EXPECT_DOUBLE_EQ((*profile)[0].interval.lower, weighted_quantile(shares, once, 0.025));
  EXPECT_DOUBLE_EQ((*profile)[0].interval.upper, weighted_quantile(shares, once, 0.975));
}

TEST(Robust, RefusesWhatIsMissing) {
  EXPECT_TRUE(std::isnan(InterquartileMean(SeedScores{{1.0, 2.0}})({})));
  EXPECT_FALSE(
      performance_profile(std::vector<std::vector<double>>{{1.0}}, std::array{0.0}, bootstrap_stream()));
  EXPECT_FALSE(
      performance_profile(std::vector<std::vector<double>>{{1.0}, {}}, std::array{0.0}, bootstrap_stream()));
}

}  // namespace
}  // namespace windhover::stats

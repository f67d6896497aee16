#include "windhover/stats/bootstrap.hpp"

#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/stats/golden_data_for_tests.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::stats {
namespace {

using golden::PrintsAs;

Stream bootstrap_stream() { return Stream(StreamName{.seed = 1, .purpose = Purpose::bootstrap}); }

double law_school_correlation(std::span<const std::size_t> seeds) {
  std::vector<double> lsat;
  std::vector<double> gpa;
  for (const std::size_t seed : seeds) {
    lsat.push_back(golden::law_school_lsat[seed]);
    gpa.push_back(golden::law_school_gpa[seed]);
  }
  return correlation(lsat, gpa);
}

TEST(Bootstrap, ExactPercentileIntervalOfTheMean) {
  const auto distribution =
      bootstrap_values(std::vector{15.2, 21.5, 17.6, 9.7, 14.5}, mean, bootstrap_stream());
  ASSERT_TRUE(distribution);
  EXPECT_TRUE(distribution->exact);
  EXPECT_TRUE(distribution->few_seeds);
  EXPECT_EQ(distribution->replicates.size(), 126U);
  const Result<Interval> interval = percentile_interval(*distribution);
  ASSERT_TRUE(interval);
  EXPECT_NEAR(interval->lower, 12.24, 1e-12);
  EXPECT_NEAR(interval->upper, 19.14, 1e-12);
}

TEST(Bootstrap, TenSeedsHave92378Multisets) {
  std::vector<double> values(10);
  std::iota(values.begin(), values.end(), 0.0);
  const auto distribution = bootstrap_values(values, mean, bootstrap_stream());
  ASSERT_TRUE(distribution);
  EXPECT_EQ(distribution->replicates.size(), 92'378U);
  EXPECT_FALSE(distribution->few_seeds);
  EXPECT_EQ(std::accumulate(distribution->weights.begin(), distribution->weights.end(), 0.0), 1e10);
}

TEST(Bootstrap, LawSchoolAcceleration) {
  const auto distribution = bootstrap_seeds(15, law_school_correlation, bootstrap_stream(), 2000);
  ASSERT_TRUE(distribution);
  EXPECT_FALSE(distribution->exact);
  EXPECT_THAT(distribution->estimate, PrintsAs("0.776374"));
  EXPECT_THAT(bca_acceleration(distribution->jackknife), PrintsAs("-0.0756716"));
}

TEST(Bootstrap, BcaFollowsTheLongTail) {
  // The correlation has a long lower tail, and both ends of the corrected interval move towards it.
  const auto distribution = bootstrap_seeds(15, law_school_correlation, bootstrap_stream());
  ASSERT_TRUE(distribution);
  EXPECT_EQ(distribution->replicates.size(), bootstrap_default_replicates);
  const Result<Interval> percentile = percentile_interval(*distribution);
  const Result<Interval> bca = bca_interval(*distribution);
  ASSERT_TRUE(percentile);
  ASSERT_TRUE(bca);
  EXPECT_LT(bca->lower, percentile->lower);
  EXPECT_LT(bca->upper, percentile->upper);
  EXPECT_TRUE(bca->contains(distribution->estimate));
}

TEST(Bootstrap, BcaWithoutBiasAndSkewIsThePercentileInterval) {
  // Symmetric values with few ties at the centre: z0 and the acceleration are next to 0.
  const BootstrapDistribution distribution{.estimate = 0.0,
                                           .replicates = {-3.0, -2.0, -1.0, 1.0, 2.0, 3.0},
                                           .weights = {1.0, 1.0, 1.0, 1.0, 1.0, 1.0},
                                           .jackknife = {-1.0, 0.0, 1.0}};
  for (const double confidence : {0.3, 0.6, 0.9}) {
    EXPECT_EQ(bca_interval(distribution, confidence).value(),
              percentile_interval(distribution, confidence).value());
  }
}

TEST(Bootstrap, BcaRefusesAnEstimateAtTheEdge) {
  const auto largest = bootstrap_values(
      std::vector{1.0, 2.0, 3.0}, [](std::span<const double> values) { return -minimum(values); },
      bootstrap_stream());
  ASSERT_TRUE(largest);
  EXPECT_TRUE(percentile_interval(*largest));
  const auto smallest = bootstrap_values(std::vector{1.0, 2.0, 3.0}, minimum, bootstrap_stream());
  ASSERT_TRUE(smallest);
  EXPECT_FALSE(bca_interval(*smallest));  // no replicate lies below the minimum
}

TEST(Bootstrap, SameStreamSameReplicates) {
  const auto once = bootstrap_seeds(15, law_school_correlation, bootstrap_stream(), 100);
  const auto again = bootstrap_seeds(15, law_school_correlation, bootstrap_stream(), 100);
  EXPECT_EQ(once->replicates, again->replicates);
}

TEST(Bootstrap, RefusesAStatisticThatAResampleLacks) {
  // Five times the same seed has no correlation.
  EXPECT_FALSE(bootstrap_seeds(5, law_school_correlation, bootstrap_stream()));
  EXPECT_FALSE(bootstrap_seeds(1, law_school_correlation, bootstrap_stream()));
}

}  // namespace
}  // namespace windhover::stats

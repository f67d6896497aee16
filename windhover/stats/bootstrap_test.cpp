#include "windhover/stats/bootstrap.hpp"

#include <cmath>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/stats/bootstrap_for_tests.hpp"
#include "windhover/stats/golden_data_for_tests.hpp"
#include "windhover/stats/jackknife.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::stats {
namespace {

using golden::PrintsAs;
using testing::bootstrap_values;

Stream bootstrap_stream() { return Stream(StreamName{.seed = 1, .purpose = Purpose::bootstrap}); }

double law_school_correlation(std::span<const std::size_t> seeds) {
  std::vector<double> lsat;
  std::vector<double> gpa;
  for (const std::size_t seed : seeds) {
    lsat.push_back(golden::law_school_lsat[seed]);
    gpa.push_back(golden::law_school_gpa[seed]);
  }
  return covariance(lsat, gpa, 1) / (standard_deviation(lsat, 1) * standard_deviation(gpa, 1));
}

TEST(Bootstrap, ExactPercentileIntervalOfTheMean) {
  const auto distribution =
      bootstrap_values(std::vector{15.2, 21.5, 17.6, 9.7, 14.5}, mean, bootstrap_stream());
  ASSERT_TRUE(distribution);
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
  EXPECT_EQ(std::accumulate(distribution->weights.begin(), distribution->weights.end(), 0.0), 1e10);
}

TEST(Bootstrap, LawSchoolJackknifeHasTheKnownSkew) {
  const auto distribution = bootstrap_seeds(15, law_school_correlation, bootstrap_stream(), 2000);
  ASSERT_TRUE(distribution);
  EXPECT_EQ(distribution->replicates.size(), 2000U);
  EXPECT_THAT(distribution->estimate, PrintsAs("0.776374"));
  // Efron's acceleration: sum u^3 / (6 (sum u^2)^1.5), with u the mean less the statistic without a seed, of
  // which the values of the jackknife are a multiple.
  const auto values = jackknife_values(15, law_school_correlation);
  ASSERT_TRUE(values);
  const double centre = mean(*values);
  double squares = 0.0;
  double cubes = 0.0;
  for (const double value : *values) {
    squares += std::pow(value - centre, 2);
    cubes += std::pow(value - centre, 3);
  }
  EXPECT_THAT(cubes / (6.0 * std::pow(squares, 1.5)), PrintsAs("-0.0756716"));
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

#include "windhover/stats/summary.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/stats/golden_data_for_tests.hpp"

namespace windhover::stats {
namespace {

using golden::PrintsAs;

TEST(Summary, NistNumAcc1) {
  const std::vector<double> values{10000001.0, 10000003.0, 10000002.0};
  EXPECT_EQ(mean(values), 10000002.0);
  EXPECT_EQ(standard_deviation(values, 1), 1.0);
}

TEST(Summary, NistNumAcc4) {
  std::vector<double> values{10000000.2};
  for (int i = 0; i < 500; ++i) {
    values.push_back(10000000.1);
    values.push_back(10000000.3);
  }
  EXPECT_EQ(mean(values), 10000000.2);
  // The data themselves are rounded at 2e-9, so that no algorithm reaches more digits.
  EXPECT_NEAR(standard_deviation(values, 1), 0.1, 2e-9);
}

TEST(Summary, DdofDecidesTheDivisor) {
  const std::vector<double> values{1.0, 3.0};
  EXPECT_DOUBLE_EQ(standard_deviation(values, 0), 1.0);
  EXPECT_DOUBLE_EQ(standard_deviation(values, 1), std::sqrt(2.0));
  EXPECT_DOUBLE_EQ(coefficient_of_variation(values, 0), 0.5);
}

TEST(Summary, LawSchoolCovarianceGivesTheCorrelation) {
  const double spreads =
      standard_deviation(golden::law_school_lsat, 1) * standard_deviation(golden::law_school_gpa, 1);
  EXPECT_THAT(covariance(golden::law_school_lsat, golden::law_school_gpa, 1) / spreads, PrintsAs("0.776374"));
}

TEST(Summary, WhatDoesNotExistIsNaN) {
  EXPECT_TRUE(std::isnan(mean({})));
  EXPECT_TRUE(std::isnan(minimum({})));
  EXPECT_TRUE(std::isnan(standard_deviation(std::vector{4.0}, 1)));
  EXPECT_TRUE(std::isnan(coefficient_of_variation(std::vector{4.0}, 1)));
  EXPECT_EQ(standard_deviation(std::vector{4.0}, 0), 0.0);
}

TEST(Summary, MinimumPassesNaNOn) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(minimum(std::vector{3.0, -1.0, 2.0}), -1.0);
  EXPECT_TRUE(std::isnan(minimum(std::vector{3.0, nan, 2.0})));
}

TEST(Summary, SpreadlessValuesHaveExactlyNone) { EXPECT_EQ(standard_deviation(std::vector(7, 0.1), 1), 0.0); }

}  // namespace
}  // namespace windhover::stats

#include "windhover/stats/cv.hpp"

#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/stats/golden_data_for_tests.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::stats {
namespace {

using golden::PrintsAs;

constexpr std::array strengths{326.0, 302.0, 307.0, 299.0, 329.0};

TEST(CvInterval, VangelsExample) {
  EXPECT_THAT(coefficient_of_variation(strengths, 1), PrintsAs(".0445910"));
  const Result<Interval> interval = cv_interval_vangel(strengths);
  ASSERT_TRUE(interval);
  EXPECT_THAT(interval->lower, PrintsAs(".0267004"));
  EXPECT_THAT(interval->upper, PrintsAs(".1286673"));
}

TEST(CvInterval, ExactUpperEnd) {
  const Result<Interval> interval = cv_interval_exact(strengths);
  ASSERT_TRUE(interval);
  EXPECT_THAT(interval->upper, PrintsAs(".1286657"));
  EXPECT_NEAR(interval->lower, 0.0267, 1e-4);
}

TEST(CvInterval, BothAgreeAtTheLimitOfTheExactOne) {
  const std::array values{1000.0, 1010.0, 990.0, 1005.0, 988.0, 1015.0};
  ASSERT_GT(coefficient_of_variation(values, 1), exact_cv_interval_limit);
  const Result<Interval> exact = cv_interval_exact(values);
  const Result<Interval> vangel = cv_interval_vangel(values);
  ASSERT_TRUE(exact);
  ASSERT_TRUE(vangel);
  EXPECT_NEAR(exact->lower, vangel->lower, 1e-6);
  EXPECT_NEAR(exact->upper, vangel->upper, 1e-6);
}

TEST(CvInterval, IsOpenAboveWhereTheMeanMayBeZero) {
  const std::array values{1.0, -0.8, 2.0, 0.1};
  const Result<Interval> interval = cv_interval_exact(values);
  ASSERT_TRUE(interval);
  EXPECT_TRUE(std::isinf(interval->upper));
  EXPECT_GT(interval->lower, 0.0);
}

TEST(CvInterval, RefusesWhatHasNone) {
  EXPECT_FALSE(cv_interval_vangel(std::vector{5.0}));
  EXPECT_FALSE(cv_interval_vangel(std::vector{5.0, 5.0}));
  EXPECT_FALSE(cv_interval_vangel(std::vector{-5.0, -6.0}));
  EXPECT_FALSE(cv_interval_exact(std::vector{1000.0, 1001.0}));
}

}  // namespace
}  // namespace windhover::stats

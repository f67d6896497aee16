#include "windhover/stats/ratio.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/stats/golden_data_for_tests.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::stats {
namespace {

using golden::PrintsAs;

TEST(Fieller, ToothGrowthHalfDose) {
  const golden::Table table("toothgrowth");
  const std::vector<double> orange = golden::select(table, "len", "supp", "OJ", "dose", "0.5");
  const std::vector<double> vitamin = golden::select(table, "len", "supp", "VC", "dose", "0.5");
  ASSERT_EQ(orange.size(), 10U);
  const double pooled = (sum_of_squared_deviations(orange) + sum_of_squared_deviations(vitamin)) / 18.0;
  EXPECT_THAT(mean(orange) / mean(vitamin), PrintsAs("1.657895"));
  const auto ratio = fieller(mean(orange), mean(vitamin), pooled / 10.0, 0.0, pooled / 10.0, 18.0, 0.95);
  ASSERT_TRUE(ratio);
  ASSERT_TRUE(ratio->bounded);
  EXPECT_THAT(ratio->interval.lower, PrintsAs("1.180789"));
  EXPECT_THAT(ratio->interval.upper, PrintsAs("2.483362"));
}

TEST(Fieller, IsUnboundedWhereTheDenominatorMayBeZero) {
  const auto ratio = fieller(1.0, 0.1, 0.01, 0.0, 0.01, 10.0, 0.95);
  ASSERT_TRUE(ratio);
  EXPECT_FALSE(ratio->bounded);
  EXPECT_TRUE(std::isinf(ratio->interval.lower));
  EXPECT_TRUE(std::isinf(ratio->interval.upper));
}

TEST(Fieller, ExactDenominatorGivesTheScaledTInterval) {
  const auto ratio = fieller(6.0, 2.0, 0.25, 0.0, 0.0, 4.0, 0.95);
  ASSERT_TRUE(ratio);
  const double reach = 2.7764451051977987 * 0.5 / 2.0;
  EXPECT_NEAR(ratio->interval.lower, 3.0 - reach, 1e-12);
  EXPECT_NEAR(ratio->interval.upper, 3.0 + reach, 1e-12);
}

TEST(Fieller, RefusesWhatIsNoCovariance) {
  EXPECT_FALSE(fieller(1.0, 1.0, -1.0, 0.0, 1.0, 5.0, 0.95));
  EXPECT_FALSE(fieller(1.0, 1.0, 1.0, 2.0, 1.0, 5.0, 0.95));
  EXPECT_FALSE(fieller(1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.95));
  EXPECT_FALSE(fieller(1.0, 1.0, 1.0, 0.0, 1.0, 5.0, 0.0));
}

TEST(PairedRatioInterval, ProportionalSeedsHaveNoUncertainty) {
  const std::vector<double> denominator{10.0, 11.0, 12.5, 9.0};
  std::vector<double> numerator = denominator;
  for (double& value : numerator) value *= 0.75;
  const auto ratio = paired_ratio_interval(numerator, denominator);
  ASSERT_TRUE(ratio);
  ASSERT_TRUE(ratio->bounded);
  EXPECT_NEAR(ratio->interval.lower, 0.75, 1e-7);
  EXPECT_NEAR(ratio->interval.upper, 0.75, 1e-7);
}

TEST(PairedRatioInterval, RefusesUnpairedSeeds) {
  EXPECT_FALSE(paired_ratio_interval(std::vector{1.0, 2.0, 3.0}, std::vector{1.0, 2.0}));
  EXPECT_FALSE(paired_ratio_interval(std::vector{1.0}, std::vector{1.0}));
}

}  // namespace
}  // namespace windhover::stats

#include "windhover/stats/tail.hpp"

#include <array>
#include <vector>

#include <gtest/gtest.h>

namespace windhover::stats {
namespace {

constexpr std::array returns{-1.0, 2.0, 3.5, 5.0, 2.0, 1.0, 1.5, 3.0, 1.5, 6.0, 2.0};

TEST(Cvar, MeansOfTheTails) {
  EXPECT_EQ(lower_cvar(returns, 0.3).value(), 0.75);
  EXPECT_EQ(upper_cvar(returns, 0.1).value(), 5.5);
}

TEST(Cvar, OfFewValuesIsTheWorst) { EXPECT_EQ(lower_cvar(std::array{3.0, 1.0, 2.0}).value(), 1.0); }

TEST(QuantileType7, InterpolatesAsInR) {
  const std::array values{1.0, 2.0, 4.0, 8.0};
  EXPECT_EQ(quantile_type_7(values, 0.0).value(), 1.0);
  EXPECT_EQ(quantile_type_7(values, 0.5).value(), 3.0);
  EXPECT_DOUBLE_EQ(quantile_type_7(values, 0.9).value(), 6.8);
  EXPECT_EQ(quantile_type_7(values, 1.0).value(), 8.0);
  EXPECT_EQ(quantile_type_7(std::array{5.0}, 0.25).value(), 5.0);
}

TEST(WorstCase, IsABoundFromFiftyNineValues) {
  EXPECT_EQ(sample_size_for_minimum_bound().value(), 59U);
  EXPECT_FALSE(worst_case(std::vector(58, 1.0))->tolerance_bound);
  EXPECT_TRUE(worst_case(std::vector(59, 1.0))->tolerance_bound);
  EXPECT_EQ(worst_case(returns)->value, -1.0);
}

TEST(Tail, RefusesWhatHasNone) {
  EXPECT_FALSE(worst_case({}));
  EXPECT_FALSE(lower_cvar({}));
  EXPECT_FALSE(lower_cvar(returns, 0.0));
  EXPECT_FALSE(quantile_type_7(returns, 1.5));
  EXPECT_FALSE(sample_size_for_minimum_bound(1.0));
}

}  // namespace
}  // namespace windhover::stats

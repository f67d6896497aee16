#include "windhover/stats/tail.hpp"

#include <array>
#include <cmath>
#include <cstddef>

#include <gtest/gtest.h>

namespace windhover::stats {
namespace {

constexpr std::array returns{-1.0, 2.0, 3.5, 5.0, 2.0, 1.0, 1.5, 3.0, 1.5, 6.0, 2.0};

TEST(Cvar, IsTheMeanOfTheTail) { EXPECT_EQ(lower_cvar(returns, 0.3).value(), 0.75); }

TEST(Cvar, OfFewValuesIsTheWorst) { EXPECT_EQ(lower_cvar(std::array{3.0, 1.0, 2.0}).value(), 1.0); }

TEST(QuantileType7, InterpolatesAsInR) {
  const std::array values{1.0, 2.0, 4.0, 8.0};
  EXPECT_EQ(quantile_type_7(values, 0.0).value(), 1.0);
  EXPECT_EQ(quantile_type_7(values, 0.5).value(), 3.0);
  EXPECT_DOUBLE_EQ(quantile_type_7(values, 0.9).value(), 6.8);
  EXPECT_EQ(quantile_type_7(values, 1.0).value(), 8.0);
  EXPECT_EQ(quantile_type_7(std::array{5.0}, 0.25).value(), 5.0);
}

TEST(MinimumBound, IsThatOfTheFewestValues) {
  const auto confidence = [](std::size_t values) {
    return 1.0 - std::pow(0.95, static_cast<double>(values));
  };
  EXPECT_GE(confidence(fewest_for_minimum_bound), 0.95);
  EXPECT_LT(confidence(fewest_for_minimum_bound - 1), 0.95);
}

TEST(Tail, RefusesWhatHasNone) {
  EXPECT_FALSE(lower_cvar({}));
  EXPECT_FALSE(lower_cvar(returns, 0.0));
  EXPECT_FALSE(quantile_type_7(returns, 1.5));
}

}  // namespace
}  // namespace windhover::stats

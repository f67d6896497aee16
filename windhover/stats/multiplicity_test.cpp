#include "windhover/stats/multiplicity.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/stats/golden_data_for_tests.hpp"

namespace windhover::stats {
namespace {

TEST(Multiplicity, BenjaminiAndHochbergsExample) {
  const auto rejected = [](const std::vector<double>& adjusted) {
    return std::count_if(adjusted.begin(), adjusted.end(), [](double p_value) { return p_value <= 0.05; });
  };
  EXPECT_EQ(rejected(holm(golden::benjamini_hochberg_p).value()), 3);
  EXPECT_EQ(rejected(benjamini_hochberg(golden::benjamini_hochberg_p).value()), 4);
}

TEST(Multiplicity, AdjustedValuesKeepTheOrderGiven) {
  const std::array p_values{0.04, 0.01, 0.03};
  EXPECT_THAT(holm(p_values).value(), ::testing::Pointwise(::testing::DoubleEq(), {0.06, 0.03, 0.06}));
  EXPECT_THAT(benjamini_hochberg(p_values).value(),
              ::testing::Pointwise(::testing::DoubleEq(), {0.04, 0.03, 0.04}));
}

TEST(Multiplicity, RefusesWhatIsNoPValue) {
  EXPECT_FALSE(holm(std::array{0.5, 1.1}));
  EXPECT_FALSE(benjamini_hochberg(std::array{-0.1}));
  EXPECT_FALSE(holm(std::array{std::nan("")}));
  EXPECT_TRUE(holm({})->empty());
}

}  // namespace
}  // namespace windhover::stats

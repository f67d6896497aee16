#include "windhover/stats/multiplicity.hpp"

#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/stats/golden_data_for_tests.hpp"

namespace windhover::stats {
namespace {

TEST(Multiplicity, BenjaminiAndHochbergsExample) {
  EXPECT_EQ(count_rejections(bonferroni(golden::benjamini_hochberg_p).value(), 0.05), 3U);
  EXPECT_EQ(count_rejections(holm(golden::benjamini_hochberg_p).value(), 0.05), 3U);
  EXPECT_EQ(count_rejections(benjamini_hochberg(golden::benjamini_hochberg_p).value(), 0.05), 4U);
}

TEST(Multiplicity, AdjustedValuesKeepTheOrderGiven) {
  const std::array p_values{0.04, 0.01, 0.03};
  EXPECT_THAT(holm(p_values).value(), ::testing::Pointwise(::testing::DoubleEq(), {0.06, 0.03, 0.06}));
  EXPECT_THAT(benjamini_hochberg(p_values).value(),
              ::testing::Pointwise(::testing::DoubleEq(), {0.04, 0.03, 0.04}));
  EXPECT_THAT(bonferroni(p_values).value(), ::testing::Pointwise(::testing::DoubleEq(), {0.12, 0.03, 0.09}));
}

TEST(Multiplicity, RefusesWhatIsNoPValue) {
  EXPECT_FALSE(holm(std::array{0.5, 1.1}));
  EXPECT_FALSE(benjamini_hochberg(std::array{-0.1}));
  EXPECT_FALSE(bonferroni(std::array{std::nan("")}));
  EXPECT_TRUE(holm({})->empty());
}

}  // namespace
}  // namespace windhover::stats

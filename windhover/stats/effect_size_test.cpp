#include "windhover/stats/effect_size.hpp"

#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/stats/golden_data_for_tests.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::stats {
namespace {

using golden::PrintsAs;

TEST(HedgesCorrection, RSleepAsTwoGroups) {
  const auto drugs = golden::Table("sleep").groups("extra", "group");
  const double pooled =
      std::sqrt((sum_of_squared_deviations(drugs[0]) + sum_of_squared_deviations(drugs[1])) / 18.0);
  const double d = (mean(drugs[0]) - mean(drugs[1])) / pooled;
  EXPECT_THAT(d, PrintsAs("-.832181"));
  EXPECT_THAT(d * hedges_correction(18.0), PrintsAs("-.796935"));
}

TEST(PairedHedgesG, RSleepIsItsPairedTOverTheRootOfN) {
  const auto drugs = golden::Table("sleep").groups("extra", "group");
  std::vector<double> differences;
  for (std::size_t i = 0; i < drugs[0].size(); ++i) differences.push_back(drugs[0][i] - drugs[1][i]);
  const auto g = paired_hedges_g(differences);
  ASSERT_TRUE(g);
  // At 9 degrees of freedom: Gamma(4.5) / (sqrt(4.5) Gamma(4)) = 105 sqrt(pi) / (16 sqrt(4.5) 6).
  const double correction = 105.0 * std::sqrt(std::acos(-1.0)) / (16.0 * std::sqrt(4.5) * 6.0);
  const double d = mean(differences) / standard_deviation(differences, 1);
  EXPECT_NEAR(d, -4.062128 / std::sqrt(10.0), 1e-6);
  EXPECT_NEAR(*g, correction * d, 1e-12);
}

TEST(PairedHedgesG, NeedsThreeValuesAndSpread) {
  EXPECT_FALSE(paired_hedges_g(std::array{1.0, 2.0}));
  EXPECT_FALSE(paired_hedges_g(std::array{2.0, 2.0, 2.0}));
  EXPECT_FALSE(paired_hedges_g(std::array{1.0, 2.0, std::nan("")}));
}

TEST(HedgesCorrection, IsCloseToTheUsualApproximation) {
  EXPECT_NEAR(hedges_correction(2.0), std::sqrt(1.0 / std::acos(-1.0)), 1e-15);
  for (const double freedom : {20.0, 200.0, 2000.0}) {
    EXPECT_NEAR(hedges_correction(freedom), 1.0 - 3.0 / (4.0 * freedom - 1.0), 0.01 / freedom);
  }
}

TEST(PartialOmegaSquared, LeavesNothingForAnFOfOne) {
  EXPECT_EQ(partial_omega_squared(2.0, 1.0, 30.0), 0.0);
  EXPECT_LT(partial_omega_squared(2.0, 0.5, 30.0), 0.0);
  EXPECT_DOUBLE_EQ(partial_omega_squared(1.0, 11.0, 40.0), 0.2);
}

}  // namespace
}  // namespace windhover::stats

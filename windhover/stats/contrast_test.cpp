#include "windhover/stats/contrast.hpp"

#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/stats/golden_data_for_tests.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::stats {
namespace {

using golden::PrintsAs;

TEST(PairedContrast, RSleep) {
  const Result<Contrast> contrast = paired_contrast(golden::sleep_differences());
  ASSERT_TRUE(contrast);
  EXPECT_THAT(contrast->t, PrintsAs("-4.062128"));
  EXPECT_THAT(contrast->p_value, PrintsAs("0.00283289"));
  EXPECT_DOUBLE_EQ(contrast->sign_flip_p, 4.0 / 1024.0);
  EXPECT_EQ(contrast->degrees_of_freedom, 9.0);
}

TEST(PairedContrast, FiveSeedsCannotGoBelowOneSixteenth) {
  const Result<Contrast> contrast = paired_contrast(std::vector{1.0, 1.1, 0.9, 1.2, 0.8});
  ASSERT_TRUE(contrast);
  EXPECT_EQ(contrast->smallest_attainable_p, 0.0625);
  EXPECT_EQ(contrast->sign_flip_p, 0.0625);
  EXPECT_LT(contrast->p_value, 0.001);
}

TEST(PairedContrast, EqualCellsShowNothing) {
  const Result<Contrast> contrast = paired_contrast(std::vector{0.0, 0.0, 0.0});
  ASSERT_TRUE(contrast);
  EXPECT_EQ(contrast->p_value, 1.0);
  EXPECT_EQ(contrast->sign_flip_p, 1.0);
  EXPECT_EQ(contrast->interval, (Interval{0.0, 0.0}));
}

TEST(PairedContrast, RefusesAConstantEffect) {
  const Result<Contrast> contrast = paired_contrast(std::vector{0.1, 0.1, 0.1});
  ASSERT_FALSE(contrast);
  EXPECT_THAT(contrast.error().message, testing::HasSubstr("without spread"));
  EXPECT_FALSE(paired_contrast(std::vector{0.1}));
}

TEST(FactorialContrast, ToothGrowthWelchInteraction) {
  const golden::Table table("toothgrowth");
  std::vector<double> means;
  std::vector<double> deviations;
  for (const char* supplement : {"OJ", "VC"}) {
    for (const char* dose : {"0.5", "1"}) {
      const std::vector<double> cell = golden::select(table, "len", "supp", supplement, "dose", dose);
      means.push_back(mean(cell));
      deviations.push_back(standard_deviation(cell, 1));
    }
  }
  const Result<Contrast> contrast =
      factorial_contrast(means, deviations, std::array{10, 10, 10, 10}, std::array{1.0, -1.0, -1.0, 1.0});
  ASSERT_TRUE(contrast);
  EXPECT_THAT(contrast->estimate, PrintsAs("-0.68"));
  EXPECT_THAT(contrast->standard_error, PrintsAs("2.214844"));
  EXPECT_THAT(contrast->degrees_of_freedom, PrintsAs("29.81257"));
  EXPECT_TRUE(std::isnan(contrast->sign_flip_p));
}

TEST(FactorialContrast, EqualVariancesGiveThePooledFreedom) {
  const Result<Contrast> contrast =
      factorial_contrast(std::array{1.0, 2.0}, std::array{3.0, 3.0}, std::array{8, 8}, std::array{1.0, -1.0});
  ASSERT_TRUE(contrast);
  EXPECT_NEAR(contrast->degrees_of_freedom, 14.0, 1e-12);
}

TEST(FactorialContrast, RefusesWhatHasNoTest) {
  const std::array means{1.0, 2.0};
  const std::array coefficients{1.0, -1.0};
  EXPECT_FALSE(factorial_contrast(means, std::array{0.0, 0.0}, std::array{5, 5}, coefficients));
  EXPECT_FALSE(factorial_contrast(means, std::array{1.0, -1.0}, std::array{5, 5}, coefficients));
  EXPECT_FALSE(factorial_contrast(means, std::array{1.0, 1.0}, std::array{5, 1}, coefficients));
  EXPECT_FALSE(factorial_contrast(means, std::array{1.0}, std::array{5, 5}, coefficients));
}

TEST(WelchContrast, RSleepFreedom) {
  const auto drugs = golden::Table("sleep").groups("extra", "group");
  const Result<Contrast> contrast = welch_contrast(drugs[0], drugs[1]);
  ASSERT_TRUE(contrast);
  EXPECT_THAT(contrast->degrees_of_freedom, PrintsAs("17.77647"));
}

}  // namespace
}  // namespace windhover::stats

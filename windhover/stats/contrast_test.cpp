#include "windhover/stats/contrast.hpp"

#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/stats/golden_data_for_tests.hpp"

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
  EXPECT_THAT(contrast.error().message, ::testing::HasSubstr("without spread"));
  EXPECT_FALSE(paired_contrast(std::vector{0.1}));
}

TEST(WelchContrast, EqualSpreadsGiveThePooledFreedom) {
  const std::array first{1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0};
  const std::array second{11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0, 18.0};
  const Result<Contrast> contrast = welch_contrast(first, second);
  ASSERT_TRUE(contrast);
  EXPECT_NEAR(contrast->degrees_of_freedom, 14.0, 1e-12);
  EXPECT_NEAR(contrast->estimate, -10.0, 1e-12);
  EXPECT_TRUE(std::isnan(contrast->sign_flip_p));
}

TEST(WelchContrast, RefusesWhatHasNoTest) {
  const std::array values{1.0, 2.0, 4.0};
  EXPECT_FALSE(welch_contrast(std::array{1.0, 1.0}, std::array{2.0, 2.0}));
  EXPECT_FALSE(welch_contrast(values, std::array{1.0}));
  EXPECT_FALSE(welch_contrast(values, std::array{1.0, std::nan("")}));
  EXPECT_FALSE(welch_contrast(values, values, 1.0));
}

TEST(WelchContrast, RSleepFreedom) {
  const auto drugs = golden::Table("sleep").groups("extra", "group");
  const Result<Contrast> contrast = welch_contrast(drugs[0], drugs[1]);
  ASSERT_TRUE(contrast);
  EXPECT_THAT(contrast->degrees_of_freedom, PrintsAs("17.77647"));
}

}  // namespace
}  // namespace windhover::stats

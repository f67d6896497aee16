#include "windhover/stats/power.hpp"

#include <array>

#include <gtest/gtest.h>

#include "windhover/stats/golden_data_for_tests.hpp"

namespace windhover::stats {
namespace {

using golden::PrintsAs;

Result<ContrastDesign> two_group_design(int seeds) {
  return independent_cells_design(std::array{1.0, -1.0}, seeds);
}
Result<ContrastDesign> main_effect_design(int seeds) {
  return independent_cells_design(std::array{-0.5, -0.5, 0.5, 0.5}, seeds);
}
Result<ContrastDesign> interaction_design(int seeds) {
  return independent_cells_design(std::array{1.0, -1.0, -1.0, 1.0}, seeds);
}

TEST(Power, TwoGroupsOfTwentyAsInR) {
  const ContrastDesign design = two_group_design(20).value();
  EXPECT_THAT(power(design, 1.0).value(), PrintsAs(".868952801692"));
  EXPECT_EQ(power(design, -1.0).value(), power(design, 1.0).value());
}

TEST(MinimumDetectableEffect, OfIndependentCells) {
  const auto detectable = [](const Result<ContrastDesign>& design) {
    return minimum_detectable_effect(design.value()).value();
  };
  EXPECT_THAT(detectable(two_group_design(5)), PrintsAs("2.02"));
  EXPECT_THAT(detectable(main_effect_design(5)), PrintsAs("1.33"));
  EXPECT_THAT(detectable(interaction_design(5)), PrintsAs("2.67"));
  EXPECT_THAT(detectable(two_group_design(10)), PrintsAs("1.32"));
  EXPECT_THAT(detectable(main_effect_design(10)), PrintsAs(".91"));
  EXPECT_THAT(detectable(interaction_design(10)), PrintsAs("1.82"));
  EXPECT_THAT(detectable(two_group_design(30)), PrintsAs(".74"));
  EXPECT_THAT(detectable(main_effect_design(30)), PrintsAs(".52"));
  EXPECT_THAT(detectable(interaction_design(30)), PrintsAs("1.03"));
}

TEST(MinimumDetectableEffect, OverFiveSharedSeeds) {
  EXPECT_THAT(minimum_detectable_effect(paired_design(5).value()).value(), PrintsAs("1.68"));
}

TEST(MinimumDetectableEffect, InvertsPower) {
  for (const int seeds : {3, 5, 17}) {
    for (const double wanted : {0.5, 0.8, 0.95}) {
      const ContrastDesign design = paired_design(seeds).value();
      const double effect = minimum_detectable_effect(design, wanted).value();
      EXPECT_NEAR(power(design, effect).value(), wanted, 1e-9);
    }
  }
}

TEST(PairedDesign, CorrelatedCellsShrinkTheContrast) {
  const std::array interaction{1.0, -1.0, -1.0, 1.0};
  const double uncorrelated = paired_design(interaction, 5, 0.0)->standard_error;
  EXPECT_DOUBLE_EQ(uncorrelated, interaction_design(5)->standard_error);
  EXPECT_DOUBLE_EQ(paired_design(interaction, 5, 0.75)->standard_error, 0.5 * uncorrelated);
}

TEST(SeedsNeeded, AsInCohensTablesAndR) {
  const auto two_groups = [](int seeds) { return two_group_design(seeds); };
  EXPECT_EQ(seeds_needed(two_groups, 0.2).value(), 394);  // power.t.test: 393.4
  EXPECT_EQ(seeds_needed(two_groups, 0.5).value(), 64);   // 63.8
  EXPECT_EQ(seeds_needed(two_groups, 0.8).value(), 26);   // 25.5
  EXPECT_EQ(seeds_needed(two_groups, 1.0).value(), 17);   // 16.7
  const auto paired = [](int seeds) { return paired_design(seeds); };
  EXPECT_EQ(seeds_needed(paired, 0.5).value(), 34);   // 33.4
  EXPECT_EQ(seeds_needed(paired, -1.0).value(), 10);  // 9.9
}

TEST(SeedsNeeded, IsTheFirstThatReachesThePower) {
  const auto paired = [](int seeds) { return paired_design(seeds); };
  for (const double effect : {0.05, 0.3, 1.68, 3.0, 40.0}) {
    for (const double wanted : {0.5, 0.8, 0.99}) {
      const int seeds = seeds_needed(paired, effect, wanted).value();
      EXPECT_GE(power(paired_design(seeds).value(), effect).value(), wanted);
      if (seeds > 2) {
        EXPECT_LT(power(paired_design(seeds - 1).value(), effect).value(), wanted);
      }
    }
  }
  EXPECT_FALSE(seeds_needed(paired, 0.0));
  EXPECT_FALSE(seeds_needed(paired, 1e-5));
  EXPECT_FALSE(seeds_needed(paired, 1.0, 1.0));
}

TEST(Power, RefusesWhatIsNoDesign) {
  EXPECT_FALSE(two_group_design(1));
  EXPECT_FALSE(paired_design(1));
  EXPECT_FALSE(paired_design(std::array{1.0, 1.0}, 5, 0.5));
  EXPECT_FALSE(paired_design(std::array{1.0, -1.0}, 5, 1.0));
  EXPECT_FALSE(power(ContrastDesign{0.0, 4.0}, 1.0));
  EXPECT_FALSE(minimum_detectable_effect(ContrastDesign{1.0, 4.0}, 0.01));
}

}  // namespace
}  // namespace windhover::stats

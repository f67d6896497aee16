#include "windhover/analysis/power_plan.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "windhover/analysis/testing/as_json.hpp"
#include "windhover/analysis/testing/small_study.hpp"

namespace windhover::analysis {
namespace {

using testing::power_json;

record::Study published_design(std::size_t seeds) {
  auto study = testing::small_study().study;
  study.seeds.resize(seeds);
  return study;
}

double detectable(const Json& entry, int seeds, const char* cells) {
  for (const auto& at : entry["detectable"]) {
    if (at["seeds"] == seeds) return at[cells];
  }
  return std::nan("");
}

TEST(PowerPlan, HasThePublishedMinimumDetectableEffects) {
  const auto power = power_json(published_design(5), {}, {}).value();
  const auto& contrasts = power["tables"][0]["contrasts"];
  ASSERT_EQ(contrasts.size(), 4U);  // two cells, RNN, LayerNorm, their interaction
  struct Published {
    int seeds;
    double groups, main_effect, interaction;
  };
  for (const auto& row :
       {Published{5, 2.02, 1.33, 2.67}, Published{10, 1.32, .91, 1.82}, Published{30, .74, .52, 1.03}}) {
    EXPECT_NEAR(detectable(contrasts[0], row.seeds, "independent"), row.groups, 0.005);
    EXPECT_NEAR(detectable(contrasts[1], row.seeds, "independent"), row.main_effect, 0.005);
    EXPECT_NEAR(detectable(contrasts[2], row.seeds, "independent"), row.main_effect, 0.005);
    EXPECT_NEAR(detectable(contrasts[3], row.seeds, "independent"), row.interaction, 0.005);
  }
  EXPECT_NEAR(detectable(power["paired"], 5, "paired"), 1.68, 0.005);
  EXPECT_EQ(power["counts"], (Json{5, 10, 20, 30}));
  EXPECT_EQ(power_json(published_design(7), {}, {}).value()["counts"], (Json{5, 7, 10, 20, 30}));
  EXPECT_EQ(power_json(published_design(1), {}, {}).value()["counts"], (Json{5, 10, 20, 30}));
}

TEST(PowerPlan, AWantedEffectInRewardsIsOneInSigmaTimesSigma) {
  const std::vector<SeedSpread> spread = {{.measure = "x", .sigma = 4, .correlation = {}}};
  const auto rewards = power_json(published_design(5), {.effect = 2}, spread).value();
  const auto sigma = power_json(published_design(5), {.effect = 0.5}, {}).value();
  EXPECT_TRUE(rewards["tables"][0]["contrasts"][0]["seeds_needed"].is_null());
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(rewards["tables"][1]["contrasts"][i]["seeds_needed"],
              sigma["tables"][0]["contrasts"][i]["seeds_needed"]);
    EXPECT_NEAR(detectable(rewards["tables"][1]["contrasts"][i], 5, "independent"),
                4 * detectable(sigma["tables"][0]["contrasts"][i], 5, "independent"), 1e-9);
  }
  EXPECT_EQ(sigma["tables"][0]["contrasts"][0]["seeds_needed"]["independent"], 64);  // Cohen's d of .5
  EXPECT_EQ(sigma["paired"]["seeds_needed"], 34);
}

TEST(PowerPlan, CorrelatedCellsNeedSmallerEffectsWhenPaired) {
  // Two cells of correlation r differ with standard deviation sqrt(2 (1 - r)) sigma.
  for (const double r : {-0.25, 0.0, 0.875}) {
    const std::vector<SeedSpread> spread = {{.measure = "x", .sigma = 1, .correlation = r}};
    const auto power = power_json(published_design(5), {}, spread).value();
    EXPECT_NEAR(detectable(power["tables"][1]["contrasts"][0], 5, "paired"),
                std::sqrt(2 * (1 - r)) * detectable(power["paired"], 5, "paired"), 1e-9);
  }
}

TEST(PowerPlan, TakesItsSpreadFromRecords) {
  // Variances of A3C: 4 4 4 1; all cells rise with the seed, so covariances are products of deviations.
  const auto record = testing::small_study_with_noise_floor();
  const auto spreads = spreads_of(ScoreBook(record)).value();
  ASSERT_EQ(spreads.size(), 3U);
  EXPECT_EQ(spreads[0].measure, "A3C, greedy");
  EXPECT_NEAR(spreads[0].sigma, std::sqrt(13.0 / 4), 1e-12);
  EXPECT_NEAR(*spreads[0].correlation, (3 * 4.0 + 3 * 2.0) / 6 / (13.0 / 4), 1e-12);
  EXPECT_NEAR(spreads[1].sigma, 1, 1e-12);
  EXPECT_NEAR(*spreads[1].correlation, 1, 1e-8);
  EXPECT_EQ(spreads[2].measure, "gap, greedy");
}

TEST(PowerPlan, WithoutTwoSeedsThereIsNoSpread) {
  auto record = testing::small_study();
  std::erase_if(record.runs, [](const record::Run& run) { return run.id.seed != 1 && run.id.cell == "gru"; });
  EXPECT_FALSE(spreads_of(ScoreBook(record)).has_value());
}

/// The sum of k scores that all correlate by r has the variance k (1 + (k - 1) r), which is not below 0.
TEST(PowerPlan, RefusesACorrelationThatSoManyCellsCannotHave) {
  const auto asked = [](double r) {
    const std::vector<SeedSpread> spread = {{.measure = "x", .sigma = 1, .correlation = r}};
    return power_json(published_design(5), {}, spread);
  };
  EXPECT_TRUE(asked(-1.0 / 3).has_value());
  for (const double r : {-0.334, -0.5, -1.0, 1.0, std::nan("")}) {
    const auto refused = asked(r);
    ASSERT_FALSE(refused.has_value()) << r;
    EXPECT_EQ(refused.error().kind, ErrorKind::usage);
    EXPECT_NE(refused.error().message.find("from -0.3333 to below 1"), std::string::npos)
        << refused.error().message;
  }
}

TEST(PowerPlan, RefusesWhatCannotBe) {
  EXPECT_FALSE(power_json(published_design(5), {.power = 1}, {}).has_value());
  EXPECT_FALSE(power_json(published_design(5), {.level = 0}, {}).has_value());
  EXPECT_FALSE(power_json(published_design(5), {.effect = 1e-6}, {}).has_value());
}

}  // namespace
}  // namespace windhover::analysis

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/analysis/testing/analysed.hpp"
#include "windhover/analysis/testing/as_json.hpp"
#include "windhover/analysis/testing/fake_study.hpp"
#include "windhover/analysis/testing/small_study.hpp"

/// What is said, and not said, of a few seeds.
namespace windhover::analysis {
namespace {

using ::testing::HasSubstr;

/// Every contrast of CVs in the results of an analysis.
std::vector<Json> cv_contrasts(const Json& results) {
  std::vector<Json> all;
  for (const char* list : {"steps", "contributions", "changes"}) {
    for (const auto& entry : results["effects"][list]) {
      for (const char* policy : {"greedy", "sampled"}) {
        for (const auto& contrast : entry[policy]["cv"]) all.push_back(contrast);
      }
    }
  }
  return all;
}

TEST(FewSeeds, AContrastOfCVsAgreesWithItsOwnTest) {
  const auto contrasts = cv_contrasts(testing::analysed(testing::fake_study()));
  ASSERT_FALSE(contrasts.empty());
  for (const auto& contrast : contrasts) {
    const double estimate = contrast["estimate"];
    const double error = contrast["standard_error"];
    ASSERT_GT(error, 0.0);
    EXPECT_NEAR(contrast["t"], estimate / error, 1e-9 * std::max(1.0, std::fabs(estimate / error)));
    EXPECT_EQ(std::signbit(contrast["hedges_g"].get<double>()), std::signbit(estimate));
    EXPECT_NEAR(contrast["ci95"][0].get<double>() + contrast["ci95"][1].get<double>(), 2 * estimate, 1e-9);
    const bool leaves_out_0 = contrast["ci95"][0] > 0.0 || contrast["ci95"][1] < 0.0;
    EXPECT_EQ(leaves_out_0, contrast["p_value"] < 0.05);
  }
}

TEST(FewSeeds, AContrastOfCVsIsTheDifferenceOfThePublishedOnes) {
  const auto results = testing::analysed(testing::fake_study());
  const auto cv = [&](std::size_t cell) {
    return results["cells"][cell]["arms"]["a3c"]["greedy"]["cv"].get<double>();
  };
  const auto& change = results["effects"]["changes"][0];
  ASSERT_EQ(change["cell"], results["cells"][1]["id"]);
  EXPECT_NEAR(change["greedy"]["cv"]["a3c"]["estimate"], cv(1) - cv(0), 1e-12);
}

TEST(FewSeeds, BelowFiveAContrastOfCVsHasNoInterval) {
  for (const auto& contrast : cv_contrasts(testing::analysed(testing::small_study()))) {
    EXPECT_TRUE(contrast["ci95"].is_null());
    EXPECT_TRUE(contrast["p_value"].is_null());
    EXPECT_TRUE(contrast["estimate"].is_number());
    EXPECT_EQ(contrast["verdict"], "not decidable");
    EXPECT_EQ(contrast["note"], "a CV is tested from 5 seeds on");
  }
}

std::vector<Json> best_for(const Json& results, const std::string& criterion) {
  std::vector<Json> all;
  for (const auto& entry : results["best_for"]) {
    if (entry["criterion"].get<std::string>().starts_with(criterion)) all.push_back(entry);
  }
  return all;
}

TEST(FewSeeds, NothingIsDerivedFromABootstrapBelowTen) {
  const auto stability = best_for(testing::analysed(testing::fake_study()), "stability");
  ASSERT_EQ(stability.size(), 4U);
  for (const auto& entry : stability) {
    EXPECT_TRUE(entry["winner"].is_null());
    EXPECT_THAT(entry["withheld"].get<std::string>(), HasSubstr("fewer than 10 seeds"));
  }
}

TEST(FewSeeds, ABestOfManyCarriesAnIntervalThatAllowsForTheSelection) {
  const auto results = testing::analysed(testing::small_study());
  std::size_t named = 0;
  for (const auto& entry : best_for(results, "mean")) {
    EXPECT_EQ(entry["selected_from"], 4);
    if (entry["winner"].is_null()) {
      EXPECT_TRUE(entry["selected_ci95"].is_null());
      continue;
    }
    ++named;
    for (const auto& candidate : entry["candidates"]) {
      if (candidate["label"] != entry["winner"]) continue;
      EXPECT_LT(entry["selected_ci95"][0], candidate["ci95"][0]);
      EXPECT_GT(entry["selected_ci95"][1], candidate["ci95"][1]);
    }
  }
  EXPECT_GT(named, 0U);
  EXPECT_THAT(results["summary"]["beats"].dump(), HasSubstr("allows for its selection from 8"));
}

TEST(FewSeeds, AWorstCaseOfManyRowsOfFewSeedsKeepsItsCaveat) {
  const auto record = testing::fake_study();
  const auto scores = testing::scores_json(ScoreBook(record), "gru+ln", "individual", ActionChoice::greedy);
  EXPECT_EQ(scores["rows"], 225);
  EXPECT_THAT(scores["worst_caveat"].get<std::string>(), HasSubstr("225 rows from 5 seeds"));
}

}  // namespace
}  // namespace windhover::analysis

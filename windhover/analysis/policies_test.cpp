#include "windhover/analysis/policies.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/analysis/testing/as_json.hpp"
#include "windhover/analysis/testing/small_study.hpp"

namespace windhover::analysis {
namespace {

using testing::policies_json;

using ::testing::HasSubstr;

TEST(Policies, SimpleScoresAverageTheConditions) {
  const auto scores = simple_scores(*testing::small_study().baselines);
  ASSERT_EQ(scores.size(), 2U);
  EXPECT_EQ(scores[0].policy, "random");
  EXPECT_DOUBLE_EQ(scores[0].mean, 45.0);
  EXPECT_NEAR(scores[0].standard_error, 0.25, 1e-12);  // sqrt(.09 + .16) / 2
  EXPECT_EQ(reference_score(*testing::small_study().baselines), 45.0);
}

TEST(Policies, WhatHasNoScoreIsLeftOut) {
  EXPECT_TRUE(simple_scores({}).empty());
  EXPECT_TRUE(simple_scores({.policies = {testing::score_of("random", 5, std::nan(""))}}).empty());
  EXPECT_FALSE(reference_score({.reference = "other", .policies = {testing::score_of("random", 5, 1)}}));
}

TEST(Policies, ALearnerStandsWhereItsIntervalLies) {
  const auto record = testing::small_study();
  const auto policies = policies_json(ScoreBook(record));
  const auto standing = [&](const char* cell, const char* arm) {
    for (const auto& learner : policies["learners"]) {
      if (learner["cell"] == cell && learner["arm"] == arm && learner["actions"] == "greedy")
        return learner["standing"];
    }
    return Json();
  };
  EXPECT_EQ(standing("mlp+ln", "a3c"), "above");             // 60 +- 5 against 45
  EXPECT_EQ(standing("gru+ln", "individual"), "below");      // 30 +- 2.5
  EXPECT_EQ(standing("mlp", "a3c"), "not distinguishable");  // 45 +- 2.5
}

TEST(Policies, ARoundedMeanIsNotAboveAPerfectScore) {
  auto record = testing::small_study();
  record.baselines->policies = {testing::score_of("random", 5, 1.0)};
  for (auto& run : record.runs) {
    for (auto& row : run.evaluation) row.episode_return = std::nextafter(1.0, 2.0);
  }
  const auto policies = policies_json(ScoreBook(record));
  EXPECT_FALSE(policies["learners"].empty());
  for (const auto& learner : policies["learners"]) {
    EXPECT_EQ(learner["standing"], "not distinguishable");
    EXPECT_EQ(learner["beats"], Json::array());
  }
}

TEST(Policies, EveryLearnerIsJudgedByTheScoresInItsCell) {
  auto record = testing::small_study();
  record.baselines->cells["mlp+ln"] = {testing::score_of("random", 5, 70.0),
                                       testing::score_of("local", 5, 52.0)};
  const ScoreBook book(record);
  const auto typed = policies_of(book);
  const auto policies = policies_json(book);
  EXPECT_EQ(policies["reference_score"], 45.0);
  EXPECT_EQ(policies["cells"].size(), 1U);
  EXPECT_EQ(policies["cells"]["mlp+ln"]["simple"][0],
            Json({{"policy", "random"}, {"mean", 70.0}, {"standard_error", 0.0}}));
  EXPECT_EQ(&typed.of_cell("gru"), &typed.baseline);
  for (const auto& learner : policies["learners"]) {
    if (learner["arm"] != "a3c" || learner["actions"] != "greedy") continue;
    const bool own = learner["cell"] == "mlp+ln";
    EXPECT_EQ(learner["reference_score"], own ? 70.0 : 45.0);
    if (own) {
      EXPECT_EQ(learner["standing"], "below");  // 60 +- 5 against 70
      EXPECT_EQ(learner["difference"], -10.0);
      EXPECT_EQ(learner["beats"], Json({"local"}));  // 52 is below 55.0, the interval's end
    }
  }
  EXPECT_THAT(below_random_sentences(book, typed)[0], HasSubstr("A3C in mlp+ln (60.00, random 70.00)"));
}

/// The greedy learner of that cell and arm.
Json learner_of(const Json& policies, const char* cell, const char* arm) {
  for (const auto& learner : policies["learners"]) {
    if (learner["cell"] == cell && learner["arm"] == arm && learner["actions"] == "greedy") return learner;
  }
  return {};
}

TEST(Policies, AShareOfTheBoundHasFiellersInterval) {
  auto record = testing::small_study();
  EXPECT_TRUE(learner_of(policies_json(ScoreBook(record)), "mlp+ln", "a3c")["share_of_bound"].is_null());
  // Without an error of the bound it is the mean's interval, scaled: 60 +- 4.96828 over 80.
  record.baselines->upper_bound = record::UpperBound{.mean = 80.0};
  const auto exact = learner_of(policies_json(ScoreBook(record)), "mlp+ln", "a3c")["share_of_bound"];
  EXPECT_NEAR(exact["percent"].get<double>(), 75, 1e-12);
  EXPECT_NEAR(exact["percent_ci95"][0].get<double>(), 55.0317245765 / 0.8, 1e-9);
  EXPECT_NEAR(exact["percent_ci95"][1].get<double>(), 64.9682754235 / 0.8, 1e-9);
  // The roots of (60 - 80 theta)^2 = t^2 (v + 9 theta^2) with t^2 v = 4.96828^2 and t of two degrees of
  // freedom.
  record.baselines->upper_bound->standard_error = 3.0;
  const auto wider = learner_of(policies_json(ScoreBook(record)), "mlp+ln", "a3c")["share_of_bound"];
  const double a = 6400 - 4.30265273 * 4.30265273 * 9;
  const double c = 3600 - 4.9682754235 * 4.9682754235;
  const double root = std::sqrt(9600.0 * 9600 - 4 * a * c);
  EXPECT_NEAR(wider["percent_ci95"][0].get<double>(), 100 * (9600 - root) / (2 * a), 1e-6);
  EXPECT_NEAR(wider["percent_ci95"][1].get<double>(), 100 * (9600 + root) / (2 * a), 1e-6);
}

TEST(Policies, EveryCellHasItsOwnBound) {
  auto record = testing::small_study();
  record.baselines->upper_bound = record::UpperBound{.mean = 80.0};
  record.baselines->cells["mlp+ln"] = {testing::score_of("random", 5, 70.0)};
  EXPECT_TRUE(learner_of(policies_json(ScoreBook(record)), "mlp+ln", "a3c")["share_of_bound"].is_null());
  record.baselines->cell_upper_bounds["mlp+ln"] = record::UpperBound{.mean = 120.0};
  const auto policies = policies_json(ScoreBook(record));
  EXPECT_NEAR(learner_of(policies, "mlp+ln", "a3c")["share_of_bound"]["percent"].get<double>(), 50, 1e-12);
  EXPECT_EQ(policies["cells"]["mlp+ln"]["upper_bound"]["mean"], 120.0);
  EXPECT_EQ(policies["upper_bound"]["mean"], 80.0);
}

TEST(Policies, LearnersBelowRandomAreNamedInWords) {
  const auto record = testing::small_study();
  const ScoreBook book(record);
  const auto sentences = below_random_sentences(book, policies_of(book));
  ASSERT_FALSE(sentences.empty());
  EXPECT_THAT(sentences[0], HasSubstr("Worse than choosing actions at random (45.00), acting greedily"));
  EXPECT_THAT(sentences[0], HasSubstr("Individual in gru (30.00)"));
}

TEST(Policies, WithoutBaselinesNothingIsClaimed) {
  auto record = testing::small_study();
  record.baselines.reset();
  const ScoreBook book(record);
  const auto policies = policies_json(book);
  EXPECT_TRUE(policies["reference_score"].is_null());
  EXPECT_EQ(policies["learners"][0]["standing"], "not known");
  EXPECT_TRUE(below_random_sentences(book, policies_of(book)).empty());
}

}  // namespace
}  // namespace windhover::analysis

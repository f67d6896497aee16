#include "windhover/analysis/policies.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/analysis/testing/small_study.hpp"

namespace windhover::analysis {
namespace {

using ::testing::HasSubstr;

TEST(Policies, SimpleScoresAverageTheConditions) {
  const auto scores = simple_scores(testing::small_study().baselines);
  ASSERT_EQ(scores.size(), 2U);
  EXPECT_EQ(scores[0].policy, "random");
  EXPECT_DOUBLE_EQ(scores[0].mean, 45.0);
  EXPECT_NEAR(scores[0].standard_error, 0.25, 1e-12);  // sqrt(.09 + .16) / 2
  EXPECT_EQ(reference_score(testing::small_study().baselines), 45.0);
}

TEST(Policies, BaselinesOfAnotherFormAreNoBaselines) {
  EXPECT_TRUE(simple_scores(Json()).empty());
  EXPECT_TRUE(simple_scores(Json::array({1, 2})).empty());
  EXPECT_TRUE(simple_scores({{"policies", {{{"policy", 3}}, "x", nullptr}}}).empty());
  EXPECT_FALSE(reference_score({{"policies", Json::array()}, {"reference", 5}}));
}

TEST(Policies, ALearnerStandsWhereItsIntervalLies) {
  const auto record = testing::small_study();
  const auto policies = policies_json(ScoreBook(record));
  const auto standing = [&](const char* cell, const char* arm) {
    for (const auto& learner : policies["learners"]) {
      if (learner["cell"] == cell && learner["arm"] == arm && learner["policy"] == "greedy")
        return learner["standing"];
    }
    return Json();
  };
  EXPECT_EQ(standing("mlp+ln", "a3c"), "above");             // 60 +- 5 against 45
  EXPECT_EQ(standing("gru+ln", "individual"), "below");      // 30 +- 2.5
  EXPECT_EQ(standing("mlp", "a3c"), "not distinguishable");  // 45 +- 2.5
}

TEST(Policies, EveryLearnerIsJudgedByTheScoresInItsCell) {
  auto record = testing::small_study();
  record.baselines["cells"]["mlp+ln"] = {{{"policy", "random"}, {"condition", 5}, {"mean", 70.0}},
                                         {{"policy", "local"}, {"condition", 5}, {"mean", 52.0}}};
  const ScoreBook book(record);
  const auto policies = policies_json(book);
  EXPECT_EQ(policies["reference_score"], 45.0);
  EXPECT_EQ(policies["cells"].size(), 1U);
  EXPECT_EQ(policies["cells"]["mlp+ln"]["simple"][0],
            Json({{"policy", "random"}, {"mean", 70.0}, {"standard_error", 0.0}}));
  EXPECT_EQ(&policies_of_cell(policies, "gru"), &policies);
  for (const auto& learner : policies["learners"]) {
    if (learner["arm"] != "a3c" || learner["policy"] != "greedy") continue;
    const bool own = learner["cell"] == "mlp+ln";
    EXPECT_EQ(learner["reference_score"], own ? 70.0 : 45.0);
    if (own) {
      EXPECT_EQ(learner["standing"], "below");  // 60 +- 5 against 70
      EXPECT_EQ(learner["difference"], -10.0);
      EXPECT_EQ(learner["beats"], Json({"local"}));  // 52 is below 55.0, the interval's end
    }
  }
  EXPECT_THAT(below_random_sentences(book, policies)[0], HasSubstr("A3C in mlp+ln (60.00, random 70.00)"));
}

TEST(Policies, LearnersBelowRandomAreNamedInWords) {
  const auto record = testing::small_study();
  const ScoreBook book(record);
  const auto sentences = below_random_sentences(book, policies_json(book));
  ASSERT_FALSE(sentences.empty());
  EXPECT_THAT(sentences[0], HasSubstr("Worse than choosing actions at random (45.00), acting greedily"));
  EXPECT_THAT(sentences[0], HasSubstr("Individual in gru (30.00)"));
}

TEST(Policies, WithoutBaselinesNothingIsClaimed) {
  auto record = testing::small_study();
  record.baselines = Json();
  const ScoreBook book(record);
  const auto policies = policies_json(book);
  EXPECT_TRUE(policies["reference_score"].is_null());
  EXPECT_EQ(policies["learners"][0]["standing"], "not known");
  EXPECT_TRUE(below_random_sentences(book, policies).empty());
}

}  // namespace
}  // namespace windhover::analysis

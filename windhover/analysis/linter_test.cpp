#include "windhover/analysis/linter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace windhover::analysis {
namespace {

using ::testing::HasSubstr;

std::string refusal(Json results) {
  results["seeds"] = {1, 2, 3, 4, 5};
  const auto checked = lint(results);
  return checked ? std::string() : checked.error().message;
}

TEST(Linter, RefusesSharesOfTheGap) {
  EXPECT_THAT(refusal({{"summary", {{"found", {"RNN makes up 55 % of the gap."}}}}}),
              HasSubstr("summary.found[0]"));
  EXPECT_NE(refusal({{"note", "the part of the gap explained by LayerNorm"}}), "");
}

TEST(Linter, LetsThePublishedStudySpeakForItself) {
  const Json quoted = {{"claims", {{"claims", {{{"claim", "RNN 55.5 % of the gap"}}}}}}};
  EXPECT_EQ(refusal(quoted), "");
  const Json ours = {{"claims", {{"claims", {{{"tested", "RNN 55.5 % of the gap"}}}}}}};
  EXPECT_NE(refusal(ours), "");
}

TEST(Linter, RefusesARatioOverADenominatorThatMayBeZero) {
  EXPECT_NE(refusal({{"gap", {{"unbounded", true}, {"percent_ci95", {1, 2}}}}}), "");
  EXPECT_EQ(refusal({{"gap", {{"unbounded", true}, {"percent_ci95", nullptr}}}}), "");
}

TEST(Linter, WantsACaveatForAWorstCaseOfFewSeeds) {
  const auto refused = [](std::size_t seeds, const char* caveat) {
    const Json scores = {
        {"rows", 9 * seeds}, {"seeds", std::vector<int>(seeds, 1)}, {"worst", 3.0}, {"worst_caveat", caveat}};
    return !refusal({{"scores", scores}}).empty();
  };
  EXPECT_TRUE(refused(58, ""));
  EXPECT_FALSE(refused(58, "the lowest of 522 rows"));
  EXPECT_FALSE(refused(59, ""));
}

TEST(Linter, RefusesPValuesOfAnythingButSeeds) {
  EXPECT_NE(refusal({{"test", {{"p_value", 0.01}, {"n_seeds", 225U}}}}), "");
  EXPECT_NE(refusal({{"test", {{"p_value", 0.01}}}}), "");
  EXPECT_EQ(refusal({{"test", {{"p_value", 0.01}, {"n_seeds", 5U}}}}), "");
}

TEST(Linter, WantsAShareOfTheBoundWithItsIntervalAndBelowTheBound) {
  const auto share = [](Json interval, const char* note) {
    const Json entry = {
        {"percent", 60.0}, {"percent_ci95", std::move(interval)}, {"n_seeds", 5U}, {"note", note}};
    return Json{{"learner", {{"share_of_bound", entry}}}};
  };
  EXPECT_EQ(refusal(share({50.0, 70.0}, "")), "");
  EXPECT_EQ(refusal(share(nullptr, "one seed")), "");
  EXPECT_NE(refusal(share(nullptr, "")), "");
  EXPECT_EQ(refusal(share({90.0, 110.0}, "")), "");
  EXPECT_THAT(refusal(share({101.0, 110.0}, "")), HasSubstr("above 100 %"));
}

TEST(Linter, FindsAPhraseHoweverItIsSet) {
  for (const char* text : {"55 % Of The Gap", "55 %  of\nthe gap", "55 %\xC2\xA0of the\xC2\xA0gap",
                           "55 per cent of the gap", "EXPLAINS THE GAP"}) {
    EXPECT_NE(refusal({{"note", text}}), "") << text;
  }
  EXPECT_EQ(refusal({{"note", "the gap is 55 % of the second arm's mean"}}), "");
}

TEST(Linter, RefusesAdjustedPValuesThatRestOnNothing) {
  const auto test = [](Json p) {
    p["n_seeds"] = 5U;
    return Json{{"test", std::move(p)}};
  };
  EXPECT_EQ(refusal(test({{"p_value", 0.01}, {"holm_p", 0.04}, {"sign_flip_p", 0.0625}})), "");
  EXPECT_THAT(refusal(test({{"p_value", 0.04}, {"holm_p", 0.01}})), HasSubstr("holm_p"));
  EXPECT_THAT(refusal(test({{"p_value", 0.04}, {"bh_p", 0.01}})), HasSubstr("bh_p"));
  EXPECT_NE(refusal(test({{"holm_p", 0.01}})), "");
  EXPECT_NE(refusal(test({{"p_value", nullptr}, {"bh_p", 0.01}})), "");
  EXPECT_NE(refusal({{"test", {{"holm_p", 0.01}, {"p_value", 0.01}}}}), "");
  EXPECT_NE(refusal({{"test", {{"sign_flip_p", 0.001}, {"n_seeds", 45U}}}}), "");
  EXPECT_EQ(refusal(test({{"p_value", nullptr}, {"holm_p", nullptr}})), "");
}

TEST(Linter, RefusesPValuesThatAreNone) {
  for (const Json& p : {Json(-0.1), Json(1.1), Json("0.01"), Json(true)})
    EXPECT_NE(refusal({{"test", {{"p_value", p}, {"n_seeds", 5U}}}}), "") << p;
  for (const Json& seeds : {Json(1), Json(0), Json(-5), Json("5"), Json(5.0), Json(nullptr)})
    EXPECT_NE(refusal({{"test", {{"p_value", 0.01}, {"n_seeds", seeds}}}}), "") << seeds;
}

TEST(Linter, RefusesIntervalsOfOneSeed) {
  EXPECT_NE(refusal({{"mean", {{"ci95", {1, 2}}, {"n_seeds", 1U}}}}), "");
  EXPECT_EQ(refusal({{"mean", {{"ci95", nullptr}, {"n_seeds", 1U}}}}), "");
  EXPECT_EQ(refusal({{"mean", {{"ci95", {1, 2}}, {"n_seeds", 2U}}}}), "");
}

TEST(Linter, RefusesACvOfAMeanThatIsNotPositive) {
  EXPECT_NE(refusal({{"scores", {{"mean", -3.0}, {"cv", -0.5}}}}), "");
  EXPECT_NE(refusal({{"scores", {{"mean", 0.0}, {"cv", 0.5}}}}), "");
  EXPECT_NE(refusal({{"scores", {{"mean", nullptr}, {"cv", 0.5}}}}), "");
  EXPECT_EQ(refusal({{"scores", {{"mean", 3.0}, {"cv", 0.5}}}}), "");
  EXPECT_EQ(refusal({{"scores", {{"mean", -3.0}, {"cv", nullptr}}}}), "");
}

TEST(Linter, WantsAnInterquartileMeanToSayWhatItLeavesOut) {
  EXPECT_NE(refusal({{"scores", {{"iqm", {{"value", 3.0}, {"note", ""}}}}}}), "");
  EXPECT_NE(refusal({{"scores", {{"iqm", {{"value", 3.0}}}}}}), "");
  EXPECT_EQ(refusal({{"scores", {{"iqm", {{"value", 3.0}, {"note", "secondary"}}}}}}), "");
  EXPECT_EQ(refusal({{"scores", {{"iqm", {{"value", nullptr}, {"note", ""}}}}}}), "");
}

TEST(Linter, RefusesSharesThatAreNone) {
  EXPECT_NE(refusal({{"gap", {{"probability_of_improvement", {{"value", 1.2}}}}}}), "");
  EXPECT_EQ(refusal({{"gap", {{"probability_of_improvement", {{"value", 0.5}}}}}}), "");
  EXPECT_NE(refusal({{"curve", {{"shares", {0.5, 1.5}}}}}), "");
  EXPECT_NE(refusal({{"curve", {{"shares", {0.5, 0.2}}, {"lower", {0.1}}, {"upper", {0.9, 0.9}}}}}), "");
  EXPECT_EQ(refusal({{"curve", {{"shares", {0.5, 0.2}}, {"lower", nullptr}, {"upper", nullptr}}}}), "");
}

TEST(Linter, WhatIsNotResultsIsAnError) {
  EXPECT_FALSE(lint(Json()));
  EXPECT_FALSE(lint({{"seeds", 5}}));
}

}  // namespace
}  // namespace windhover::analysis

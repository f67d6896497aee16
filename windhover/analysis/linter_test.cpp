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

TEST(Linter, WantsACaveatForAWorstCaseOfFewRows) {
  EXPECT_NE(refusal({{"rows", 58U}, {"worst", 3.0}, {"worst_caveat", ""}}), "");
  EXPECT_NE(refusal({{"rows", 58U}, {"worst", 3.0}}), "");
  EXPECT_EQ(refusal({{"rows", 58U}, {"worst", 3.0}, {"worst_caveat", "the lowest of 58"}}), "");
  EXPECT_EQ(refusal({{"rows", 59U}, {"worst", 3.0}, {"worst_caveat", ""}}), "");
}

TEST(Linter, RefusesPValuesOfAnythingButSeeds) {
  EXPECT_NE(refusal({{"test", {{"p_value", 0.01}, {"n_seeds", 225U}}}}), "");
  EXPECT_NE(refusal({{"test", {{"p_value", 0.01}}}}), "");
  EXPECT_EQ(refusal({{"test", {{"p_value", 0.01}, {"n_seeds", 5U}}}}), "");
}

TEST(Linter, WhatIsNotResultsIsAnError) {
  EXPECT_FALSE(lint(Json()));
  EXPECT_FALSE(lint({{"seeds", 5}}));
}

}  // namespace
}  // namespace windhover::analysis

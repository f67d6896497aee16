#include "windhover/report/comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/analysis/compare.hpp"
#include "windhover/analysis/testing/small_study.hpp"

namespace windhover::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string page_of(const record::StudyRecord& first, const record::StudyRecord& second) {
  const auto comparison = analysis::compare(first, second);
  EXPECT_TRUE(comparison) << comparison.error().message;
  return comparison ? comparison_page(*comparison) : std::string();
}

TEST(ComparisonPage, ShowsScoresSettingsAndWarnings) {
  const auto first = analysis::testing::small_study();
  auto second = first;
  second.study.name = "<other>";
  second.study.config["profile"] = "sound";
  for (auto& run : second.runs) {
    for (auto& row : run.evaluation) row.episode_return += static_cast<double>(run.id.seed);
  }
  const auto page = page_of(first, second);
  EXPECT_THAT(page, HasSubstr("&lt;other&gt; against small"));
  EXPECT_THAT(page, HasSubstr("not comparable"));
  EXPECT_THAT(page, HasSubstr("id=\"scores-greedy\""));
  EXPECT_THAT(page, HasSubstr("id=\"gaps-sampled\""));
  EXPECT_THAT(page, HasSubstr("A3C less Individual"));
  EXPECT_THAT(page, HasSubstr("+2.00"));  // the mean of 1, 2 and 3
  EXPECT_THAT(page, HasSubstr("profile"));
  EXPECT_THAT(page, Not(HasSubstr("://")));
}

TEST(ComparisonPage, OfTheSameStudySaysSo) {
  const auto record = analysis::testing::small_study();
  const auto page = page_of(record, record);
  EXPECT_THAT(page, HasSubstr("The effective configurations are the same."));
  EXPECT_THAT(page, HasSubstr("No difference survives the adjustment for their number."));
}

TEST(ComparisonPage, ShowsDigestsOrWhyThereAreNone) {
  const auto whole = analysis::testing::small_study();
  auto half = whole;
  half.runs.pop_back();
  const auto page = page_of(whole, half);
  EXPECT_THAT(page, HasSubstr(record::study_digest(whole).value));
  EXPECT_THAT(page, HasSubstr("none: 1 of 24 runs is missing: mlp/individual/seed-3"));
}

}  // namespace
}  // namespace windhover::report

#include "windhover/analysis/claims.hpp"

#include <gtest/gtest.h>

#include "windhover/analysis/collapse.hpp"
#include "windhover/analysis/testing/fake_study.hpp"
#include "windhover/analysis/testing/small_study.hpp"

namespace windhover::analysis {
namespace {

Json claims_of(const record::StudyRecord& record) {
  const ScoreBook book(record);
  return claims_json(book, collapse_json(book));
}

Json claim(const Json& claims, const char* id) {
  for (const auto& entry : claims["claims"]) {
    if (entry["id"] == id) return entry["greedy"];
  }
  return {};
}

/// Ten seeds around the small study's means with a spread of a tenth, so that every difference in means is
/// beyond doubt.
record::StudyRecord clear_study() {
  auto record = testing::small_study();
  record.runs.clear();
  record.study.seeds = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  Stream stream({.seed = 7});
  for (const auto& cell : testing::small_cells) {
    for (const auto seed : record.study.seeds) {
      record.runs.push_back(testing::small_run(cell.id, "a3c", seed, cell.a3c[1] + 0.1 * stream.normal()));
      record.runs.push_back(
          testing::small_run(cell.id, "individual", seed, cell.individual[1] + 0.1 * stream.normal()));
    }
  }
  return record;
}

TEST(Claims, AreConfirmedOrContradictedByTheirSign) {
  const auto claims = claims_of(clear_study());
  EXPECT_EQ(claim(claims, "C1")["verdict"], "confirmed");      // gap 20
  EXPECT_EQ(claim(claims, "C2")["verdict"], "contradicted");   // gaps 10 and 20
  EXPECT_EQ(claim(claims, "C3c")["verdict"], "confirmed");     // 30 against 50
  EXPECT_EQ(claim(claims, "C4c")["verdict"], "contradicted");  // 50 against 40
  EXPECT_EQ(claim(claims, "C5a")["verdict"], "confirmed");     // 60 is the highest
  EXPECT_EQ(claim(claims, "C9")["verdict"], "contradicted");   // neither (45) is above RNN only (40)
  EXPECT_LT(claim(claims, "C1")["holm_p"].get<double>(), 0.05);
}

TEST(Claims, ThatNothingTestsAreNotDecidable) {
  const auto claims = claims_of(clear_study());
  EXPECT_EQ(claim(claims, "C6")["verdict"], "not decidable");
  EXPECT_TRUE(claim(claims, "C6")["holm_p"].is_null());
  EXPECT_EQ(claim(claims, "C7")["verdict"], "not decidable");  // nobody collapsed
  EXPECT_EQ(claim(claims, "C8")["verdict"], "not decidable");
}

TEST(Claims, AClaimOfBeingHighestNeedsEveryComparison) {
  auto record = clear_study();
  for (auto& run : record.runs) {
    if (run.id.cell != "gru+ln" || run.id.arm != "a3c") continue;
    for (auto& row : run.evaluation) row.episode_return += 10;  // now as high as mlp+ln
  }
  EXPECT_EQ(claim(claims_of(record), "C5a")["verdict"], "not decidable");
}

TEST(Claims, ACvIsNotTestedOnAFewSeeds) {
  const auto claims = claims_of(testing::small_study());
  EXPECT_TRUE(claim(claims, "C4b")["holm_p"].is_null());
  EXPECT_EQ(claim(claims, "C4b")["note"], "a CV is tested from 5 seeds on");
  EXPECT_TRUE(claim(claims_of(clear_study()), "C4b")["holm_p"].is_number());
}

TEST(Claims, OneSeedDecidesNothing) {
  auto record = testing::small_study();
  std::erase_if(record.runs, [](const record::Run& run) { return run.id.seed != 1; });
  record.study.seeds = {1};
  const auto claims = claims_of(record);
  for (const auto& entry : claims["claims"]) EXPECT_EQ(entry["greedy"]["verdict"], "not decidable");
}

TEST(Claims, AnotherDesignIsNotPutBesideThePublishedOne) {
  auto record = testing::small_study();
  record.study.cells.pop_back();
  const auto claims = claims_of(record);
  EXPECT_TRUE(claims["claims"].empty());
  EXPECT_NE(claims["note"], "");
}

}  // namespace
}  // namespace windhover::analysis

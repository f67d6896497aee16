#include "windhover/analysis/cells.hpp"

#include <array>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/analysis/testing/analysed.hpp"
#include "windhover/analysis/testing/as_json.hpp"
#include "windhover/analysis/testing/small_study.hpp"

namespace windhover::analysis {
namespace {

using testing::cells_json;
using testing::gap_json;
using testing::scores_json;

using ::testing::HasSubstr;

using testing::t_2;
const ArmPair published_arms = {.first = "a3c", .second = "individual"};

TEST(Cells, SeedLevelAndPublishedStatisticsStandApart) {
  const auto record = testing::small_study();
  const auto scores = scores_json(ScoreBook(record), "gru+ln", "a3c", ActionChoice::greedy);
  EXPECT_EQ(scores["seed_means"], Json({48.0, 50.0, 52.0}));
  EXPECT_DOUBLE_EQ(scores["seed_level"]["std"], 2.0);
  EXPECT_NEAR(scores["seed_level"]["ci95"][0], 50 - t_2 * 2 / std::sqrt(3), 1e-9);
  // Pooled rows 47 49 49 51 51 53.
  EXPECT_EQ(scores["rows"], 6);
  EXPECT_DOUBLE_EQ(scores["mean"], 50.0);
  EXPECT_DOUBLE_EQ(scores["std"], std::sqrt(22.0 / 6));
  EXPECT_DOUBLE_EQ(scores["cv"], std::sqrt(22.0 / 6) / 50);
  EXPECT_DOUBLE_EQ(scores["worst"], 47.0);
  EXPECT_NE(scores["worst_caveat"], "");
}

TEST(Cells, IndividualPoolsItsWorkersButItsUnitIsTheSeed) {
  const auto record = testing::small_study();
  const auto scores = scores_json(ScoreBook(record), "gru+ln", "individual", ActionChoice::sampled);
  EXPECT_EQ(scores["rows"], 12);
  EXPECT_EQ(scores["seed_means"], Json({29.0, 30.0, 31.0}));
  EXPECT_DOUBLE_EQ(scores["worst"], 26.0);
  // Variance of the pooled rows: seeds 2/3, workers 4, velocities 1.
  EXPECT_NEAR(scores["std"], std::sqrt(2.0 / 3 + 4 + 1), 1e-12);
  EXPECT_EQ(scores["seed_level"]["n_seeds"], 3);
}

TEST(Cells, TheGapIsPairedBySeedAndItsPercentageIsFiellers) {
  const auto record = testing::small_study();
  const auto gap = gap_json(ScoreBook(record), "gru+ln", published_arms, ActionChoice::greedy);
  EXPECT_EQ(gap["seed_values"], Json({19.0, 20.0, 21.0}));
  EXPECT_DOUBLE_EQ(gap["absolute"], 20.0);
  const double half = t_2 / std::sqrt(3);
  EXPECT_NEAR(gap["absolute_ci95"][0], 20 - half, 1e-9);
  EXPECT_NEAR(gap["absolute_ci95"][1], 20 + half, 1e-9);
  EXPECT_NEAR(gap["percent"], 100 * 20.0 / 30, 1e-9);
  // a = 50 + 2e and b = 30 + e, so the equation is |50 - 30 x| = half |2 - x|.
  EXPECT_NEAR(gap["percent_ci95"][0], 100 * ((50 - 2 * half) / (30 - half) - 1), 1e-7);
  EXPECT_NEAR(gap["percent_ci95"][1], 100 * ((50 + 2 * half) / (30 + half) - 1), 1e-7);
  EXPECT_EQ(gap["unbounded"], false);
  EXPECT_DOUBLE_EQ(gap["contrast"]["smallest_attainable_p"], 0.25);
}

TEST(Cells, ADenominatorThatMayBeZeroHasNoRatio) {
  auto record = testing::small_study();
  for (auto& run : record.runs) {
    if (run.id.arm != "individual") continue;
    for (auto& row : run.evaluation) row.episode_return = run.id.seed == 2 ? 40 : -19;
  }
  const auto gap = gap_json(ScoreBook(record), "gru+ln", published_arms, ActionChoice::greedy);
  EXPECT_EQ(gap["unbounded"], true);
  EXPECT_TRUE(gap["percent_ci95"].is_null());
}

TEST(Cells, ANumberThatIsNotFiniteIsNullAndNeverAveraged) {
  auto record = testing::small_study();
  record.runs[0].evaluation[0].episode_return = std::numeric_limits<double>::quiet_NaN();
  const auto scores = scores_json(ScoreBook(record), "gru+ln", "a3c", ActionChoice::greedy);
  EXPECT_TRUE(scores["mean"].is_null());
  EXPECT_TRUE(scores["seed_means"][0].is_null());
  EXPECT_DOUBLE_EQ(scores["seed_means"][1], 50.0);
  EXPECT_TRUE(scores["seed_level"]["ci95"].is_null());
  EXPECT_EQ(scores["seed_level"]["note"], "a score is not finite");
}

TEST(Cells, TheExactCvIsOfTheSeedMeans) {
  auto record = testing::small_study();
  const std::array published = {326.0, 302.0, 307.0, 299.0, 329.0};  // the golden sample of the CV
  std::erase_if(record.runs, [](const record::Run& run) { return run.id.arm != "a3c"; });
  record.study.seeds = {1, 2, 3, 4, 5};
  for (std::size_t i = 0; i < published.size(); ++i) {
    record.runs.push_back(testing::small_run("gru+ln", "a2c", i + 1, published[i]));
  }
  record.study.arms = {"a3c", "a2c"};
  const auto cv = scores_json(ScoreBook(record), "gru+ln", "a2c", ActionChoice::greedy)["cv_exact"];
  EXPECT_NEAR(cv["estimate"], 0.0445910, 5e-8);
  EXPECT_NEAR(cv["ci95"][1], 0.1286657, 5e-8);
  EXPECT_EQ(cv["method"], "noncentral t");
  EXPECT_EQ(cv["n_seeds"], 5);
}

TEST(Cells, ASmallCvHasVangelsInterval) {
  auto record = testing::small_study();
  for (auto& run : record.runs) {
    for (auto& row : run.evaluation) row.episode_return += 1000;
  }
  const auto cv = scores_json(ScoreBook(record), "gru+ln", "a3c", ActionChoice::greedy)["cv_exact"];
  EXPECT_NEAR(cv["estimate"], 2.0 / 1050, 1e-12);
  EXPECT_EQ(cv["method"], "Vangel");
  EXPECT_EQ(cv["ci95"].size(), 2U);
}

TEST(Cells, AMeanThatIsNotPositiveHasNoCvAndCarriesNoPercentage) {
  for (const double level : {-1000.0, 0.0}) {
    auto record = testing::small_study();
    for (auto& run : record.runs) {
      for (auto& row : run.evaluation) row.episode_return = level * static_cast<double>(run.id.seed);
    }
    const ScoreBook book(record);
    const auto scores = scores_json(book, "gru+ln", "a3c", ActionChoice::greedy);
    EXPECT_EQ(scores["mean"], 2 * level);
    EXPECT_TRUE(scores["cv"].is_null());
    EXPECT_THAT(scores["cv_note"].get<std::string>(), HasSubstr("0 or below"));
    EXPECT_TRUE(scores["cv_exact"]["estimate"].is_null());
    EXPECT_THAT(scores["cv_exact"]["note"].get<std::string>(), HasSubstr("0 or below"));
    EXPECT_TRUE(scores["cv_bootstrap"]["estimate"].is_null());
    EXPECT_THAT(scores["cv_bootstrap"]["note"].get<std::string>(), HasSubstr("0 or below"));
    const auto gap = gap_json(book, "gru+ln", published_arms, ActionChoice::greedy);
    EXPECT_EQ(gap["absolute"], 0.0);
    EXPECT_TRUE(gap["percent"].is_null());
    EXPECT_TRUE(gap["percent_ci95"].is_null());
    EXPECT_THAT(gap["note"].get<std::string>(), HasSubstr("0 or below"));
  }
}

TEST(Cells, AMeanThatMayBeZeroHasACvWithoutAnEnd) {
  auto record = testing::small_study();
  for (auto& run : record.runs) {
    for (auto& row : run.evaluation) row.episode_return = run.id.seed == 1 ? -10 : run.id.seed == 2 ? 1 : 12;
  }
  const auto cv = scores_json(ScoreBook(record), "gru+ln", "a3c", ActionChoice::greedy)["cv_exact"];
  EXPECT_DOUBLE_EQ(cv["estimate"], 11.0);
  EXPECT_TRUE(cv["ci95"].is_null());
  EXPECT_THAT(cv["note"].get<std::string>(), HasSubstr("has no end"));
}

TEST(Cells, SeedsThatAreAllEqualHaveACvOfZeroWithoutAnInterval) {
  auto record = testing::small_study();
  for (auto& run : record.runs) {
    for (auto& row : run.evaluation) row.episode_return = 5;
  }
  const ScoreBook book(record);
  const auto scores = scores_json(book, "gru+ln", "a3c", ActionChoice::greedy);
  EXPECT_EQ(scores["cv_exact"]["estimate"], 0.0);
  EXPECT_TRUE(scores["cv_exact"]["ci95"].is_null());
  EXPECT_THAT(scores["cv_exact"]["note"].get<std::string>(), HasSubstr("no spread"));
  const auto gap = gap_json(book, "gru+ln", published_arms, ActionChoice::greedy);
  EXPECT_EQ(gap["percent"], 0.0);
  EXPECT_EQ(gap["contrast"]["p_value"], 1.0);
  EXPECT_TRUE(gap["contrast"]["hedges_g"].is_null());
}

TEST(Cells, AContrastIsStandardisedByItsOwnSpread) {
  const auto record = testing::small_study();
  const auto contrast =
      gap_json(ScoreBook(record), "gru+ln", published_arms, ActionChoice::greedy)["contrast"];
  // 19, 20, 21: mean 20, deviation 1; the correction at 2 degrees of freedom is 1/sqrt(pi).
  EXPECT_NEAR(contrast["hedges_g"], 20 / std::sqrt(std::acos(-1.0)), 1e-9);
  EXPECT_THAT(contrast["hedges_g_note"].get<std::string>(), HasSubstr("standard deviations of the contrast"));
}

TEST(Cells, OnlySharedSeedsMakeAGap) {
  auto record = testing::small_study();
  record.runs[4].summary.status = record::RunStatus::failed;  // gru+ln / individual / seed 2
  const ScoreBook book(record);
  const auto gap = gap_json(book, "gru+ln", published_arms, ActionChoice::greedy);
  EXPECT_EQ(gap["seeds"], Json({1, 3}));
  EXPECT_EQ(scores_json(book, "gru+ln", "individual", ActionChoice::greedy)["seeds"], Json({1, 3}));
}

TEST(Cells, PublishedQuotientsFollowTheirDefinitions) {
  const auto record = testing::small_study();
  const auto cells = cells_json(ScoreBook(record));
  const auto& quotients = cells[0]["published_quotients"]["greedy"];
  EXPECT_NEAR(quotients["robustness_ratio"]["value"], 47.0 / 26, 1e-12);
  const double first = std::sqrt(22.0 / 6) / 50;
  const double second = std::sqrt(2.0 / 3 + 5) / 30;
  EXPECT_NEAR(quotients["stability_advantage"]["estimate"], 1 - first / second, 1e-9);
  EXPECT_EQ(quotients["stability_advantage"]["few_seeds"], true);
}

TEST(Cells, AWorstCaseOfZeroMakesTheRatioInfinite) {
  auto record = testing::small_study();
  for (auto& run : record.runs) {
    if (run.id.arm == "individual") run.evaluation[0].episode_return = 0;
  }
  const auto ratio = cells_json(ScoreBook(record))[0]["published_quotients"]["greedy"]["robustness_ratio"];
  EXPECT_TRUE(ratio["value"].is_null());
  EXPECT_EQ(ratio["infinite"], true);
}

}  // namespace
}  // namespace windhover::analysis

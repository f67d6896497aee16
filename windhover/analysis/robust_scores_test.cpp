#include "windhover/analysis/robust_scores.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/analysis/inference.hpp"
#include "windhover/analysis/testing/as_json.hpp"
#include "windhover/analysis/testing/fake_study.hpp"
#include "windhover/analysis/testing/small_study.hpp"
#include "windhover/stats/bootstrap.hpp"
#include "windhover/stats/robust.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::analysis {
namespace {

using testing::iqm_json;
using testing::performance_profiles_json;
using testing::probability_of_improvement_json;

using ::testing::HasSubstr;

const ArmPair published_arms{.first = "a3c", .second = "individual"};

TEST(Iqm, TrimsAQuarterOnBothSidesOfThePooledRows) {
  const auto record = testing::small_study();
  const ScoreBook book(record);
  // Rows 47 49 49 51 51 53: one is trimmed on either side.
  const auto iqm = iqm_json(book.finished("gru+ln", "a3c"), ActionChoice::greedy);
  EXPECT_DOUBLE_EQ(iqm["value"], 50.0);
  EXPECT_EQ(iqm["n_seeds"], 3);
  EXPECT_THAT(iqm["note"].get<std::string>(), HasSubstr("secondary"));
}

TEST(Iqm, IntervalIsThatOfTheBootstrapOfWholeSeeds) {
  const auto record = testing::fake_study();
  const ScoreBook book(record);
  const auto runs = book.finished("mlp", "individual");
  // The naive way: pool the rows of every resample and sort them again.
  const auto naive = stats::bootstrap_seeds(
      runs.size(),
      [&](std::span<const std::size_t> seeds) {
        std::vector<const RunScores*> drawn;
        for (const std::size_t seed : seeds) drawn.push_back(runs[seed]);
        auto rows = pooled_rows(drawn, ActionChoice::sampled);
        std::ranges::sort(rows);
        const std::size_t trimmed = rows.size() / 4;
        return stats::mean(std::span(rows).subspan(trimmed, rows.size() - 2 * trimmed));
      },
      Stream());
  const auto interval = stats::percentile_interval(*naive);
  const auto iqm = iqm_json(runs, ActionChoice::sampled);
  EXPECT_NEAR(iqm["value"], naive->estimate, 1e-10);
  EXPECT_NEAR(iqm["ci95"][0], interval->lower, 1e-10);
  EXPECT_NEAR(iqm["ci95"][1], interval->upper, 1e-10);
}

TEST(Iqm, OfWhatIsNotFiniteOrNotThereIsNull) {
  auto record = testing::small_study();
  record.runs[0].evaluation[0].episode_return = std::nan("");
  const ScoreBook book(record);
  EXPECT_TRUE(iqm_json(book.finished("gru+ln", "a3c"), ActionChoice::greedy)["value"].is_null());
  const auto none = iqm_json({}, ActionChoice::greedy);
  EXPECT_TRUE(none["value"].is_null());
  EXPECT_THAT(none["note"].get<std::string>(), HasSubstr("no finished seed"));
}

TEST(ProbabilityOfImprovement, IsOneWhereEverySeedIsBetter) {
  const auto record = testing::small_study();
  const auto improvement =
      probability_of_improvement_json(ScoreBook(record), "gru+ln", published_arms, ActionChoice::greedy);
  EXPECT_EQ(improvement["value"], 1.0);
  EXPECT_LT(improvement["ci95"][0], 0.6) << "three seeds do not show that it is always so";
  EXPECT_EQ(improvement["ci95"][1], 1.0);
  EXPECT_EQ(improvement["few_seeds"], false) << "it is no bootstrap";
  EXPECT_EQ(improvement["n_seeds"], 3);
}

TEST(ProbabilityOfImprovement, IsTheMeanOverConditionsOfTheSharesOfPairs) {
  const auto record = testing::fake_study();
  const ScoreBook book(record);
  std::vector<std::vector<double>> first(book.conditions().size());
  std::vector<std::vector<double>> second(book.conditions().size());
  for (std::size_t i = 0; i < book.conditions().size(); ++i) {
    for (const auto* run : book.finished("mlp+ln", "a3c"))
      first[i].push_back(run->condition_mean(ActionChoice::greedy, book.conditions()[i]));
    for (const auto* run : book.finished("mlp+ln", "individual"))
      second[i].push_back(run->condition_mean(ActionChoice::greedy, book.conditions()[i]));
  }
  const auto improvement =
      probability_of_improvement_json(book, "mlp+ln", published_arms, ActionChoice::greedy);
  EXPECT_NEAR(improvement["value"], *stats::probability_of_improvement(first, second), 1e-12);
  EXPECT_LE(improvement["ci95"][0], improvement["value"]);
  EXPECT_GE(improvement["ci95"][1], improvement["value"]);
}

TEST(ProbabilityOfImprovement, EqualArmsTie) {
  auto record = testing::small_study();
  for (auto& run : record.runs) {
    for (auto& row : run.evaluation) row.episode_return = 5;
  }
  const auto improvement =
      probability_of_improvement_json(ScoreBook(record), "gru", published_arms, ActionChoice::greedy);
  EXPECT_EQ(improvement["value"], 0.5);
}

Json curve_of(const Json& profiles, const char* cell, const char* arm) {
  for (const auto& curve : profiles["curves"]) {
    if (curve["cell"] == cell && curve["arm"] == arm && curve["actions"] == "greedy") return curve;
  }
  return {};
}

TEST(PerformanceProfiles, ShareTheirThresholdsAndFallFromLeftToRight) {
  const auto record = testing::small_study();
  const auto profiles = performance_profiles_json(ScoreBook(record));
  // The lowest row is an Individual worker's 26, the highest an A3C's 63.
  EXPECT_EQ(profiles["taus"].size(), 41U);
  EXPECT_EQ(profiles["taus"].front(), 26.0);
  EXPECT_EQ(profiles["taus"].back(), 63.0);
  EXPECT_EQ(profiles["curves"].size(), 16U);
  for (const auto& curve : profiles["curves"]) {
    for (std::size_t i = 0; i < 41; ++i) {
      EXPECT_LE(curve["lower"][i], curve["shares"][i]);
      EXPECT_GE(curve["upper"][i], curve["shares"][i]);
      EXPECT_LE(curve["shares"][i], curve["shares"][i == 0 ? 0 : i - 1]);
    }
    EXPECT_EQ(curve["shares"].back(), 0.0);  // strictly above the highest
  }
  EXPECT_EQ(curve_of(profiles, "mlp+ln", "a3c")["shares"][0], 1.0);
  // Strict: of gru+ln's twelve Individual rows 26 .. 34 one is the lowest of all.
  EXPECT_NEAR(curve_of(profiles, "gru+ln", "individual")["shares"][0], 11.0 / 12, 1e-12);
}

TEST(PerformanceProfiles, OfOneSeedHaveNoInterval) {
  auto record = testing::small_study();
  std::erase_if(record.runs, [](const record::Run& run) { return run.id.seed != 1; });
  const auto curve = curve_of(performance_profiles_json(ScoreBook(record)), "gru", "a3c");
  EXPECT_EQ(curve["shares"].size(), 41U);
  EXPECT_TRUE(curve["lower"].is_null());
  EXPECT_EQ(curve["note"], "one seed: no interval");
}

TEST(PerformanceProfiles, LeaveOutACurveThatIsNotFiniteAndKeepTheOthers) {
  auto record = testing::small_study();
  record.runs[0].evaluation[0].episode_return = std::nan("");
  const auto profiles = performance_profiles_json(ScoreBook(record));
  EXPECT_TRUE(curve_of(profiles, "gru+ln", "a3c")["shares"].empty());
  EXPECT_EQ(curve_of(profiles, "gru+ln", "a3c")["note"], "a score is not finite");
  EXPECT_EQ(curve_of(profiles, "gru", "a3c")["shares"].size(), 41U);
  record.runs.clear();
  EXPECT_TRUE(performance_profiles_json(ScoreBook(record))["taus"].empty());
}

}  // namespace
}  // namespace windhover::analysis

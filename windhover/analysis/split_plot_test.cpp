#include "windhover/analysis/split_plot.hpp"

#include <array>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/analysis/testing/as_json.hpp"
#include "windhover/analysis/testing/fake_study.hpp"
#include "windhover/analysis/testing/small_study.hpp"
#include "windhover/stats/anova.hpp"

namespace windhover::analysis {
namespace {

using ::testing::HasSubstr;

using testing::anova_json;

Json entry(const Json& anova, const char* arm) {
  for (const auto& item : anova["greedy"]) {
    if (item["arm"] == arm) return item;
  }
  return {};
}

Json row(const Json& item, const std::string& source) {
  for (const auto& line : item["table"]) {
    if (line["source"] == source) return line;
  }
  return {};
}

TEST(SplitPlot, BetweenSeedsIsTheTwoWayAnovaOfSeedMeans) {
  const auto record = testing::small_study();
  const auto a3c = entry(anova_json(ScoreBook(record)), "a3c");
  ASSERT_TRUE(a3c["table"].is_array());
  // Cell means 50, 40, 60, 45 over three seeds of deviations 2, 2, 2 and 1 (both ways), and two velocities:
  // with S = sum of squares of seed means, 2 S. RNN: effect -7.5, 12 runs: S = 12 (7.5/2)^2 = 168.75.
  EXPECT_NEAR(row(a3c, "RNN")["ss"], 2 * 168.75, 1e-9);
  EXPECT_NEAR(row(a3c, "LayerNorm")["ss"], 2 * 12 * 12.5 * 12.5 / 4, 1e-9);
  EXPECT_NEAR(row(a3c, "RNN:LayerNorm")["ss"], 2 * 12 * 5.0 * 5.0 / 16, 1e-9);
  EXPECT_NEAR(row(a3c, "runs within cells")["ss"], 2 * (8.0 + 8 + 8 + 2), 1e-9);
  EXPECT_EQ(row(a3c, "runs within cells")["df"], 8.0);
  EXPECT_NEAR(row(a3c, "RNN")["f"], 168.75 / (26.0 / 8), 1e-9);
  EXPECT_NEAR(row(a3c, "RNN")["partial_eta_squared"], 168.75 / (168.75 + 26), 1e-12);
  const double f = 168.75 / (26.0 / 8);
  EXPECT_NEAR(row(a3c, "RNN")["omega_squared"], (f - 1) / (f - 1 + 12), 1e-12);
  EXPECT_EQ(row(a3c, "RNN")["stratum"], "between seeds");
  EXPECT_EQ(row(a3c, "RNN")["n_seeds"], 3);
}

TEST(SplitPlot, VelocityIsWithin) {
  const auto record = testing::small_study();
  const auto a3c = entry(anova_json(ScoreBook(record)), "a3c");
  // Every run earns 1 less at 5 and 1 more at 100 km/h: all of it velocity, nothing left over.
  EXPECT_NEAR(row(a3c, "velocity")["ss"], 24.0, 1e-9);
  EXPECT_EQ(row(a3c, "velocity")["df"], 1.0);
  EXPECT_EQ(row(a3c, "velocity")["stratum"], "within");
  EXPECT_NEAR(row(a3c, "RNN:velocity")["ss"], 0.0, 1e-9);
  EXPECT_THAT(a3c["note"].get<std::string>(), HasSubstr("paired contrasts"));
}

TEST(SplitPlot, EqualsTheAnovaOfTheStatisticsOnNineVelocities) {
  const auto record = testing::fake_study();
  const ScoreBook book(record);
  stats::Factor recurrent{.name = "RNN", .levels = {}};
  stats::Factor layer_norm{.name = "LayerNorm", .levels = {}};
  std::vector<double> values;
  for (const auto& cell : record.study.cells) {
    for (const auto* run : book.finished(cell.id, "individual")) {
      recurrent.levels.push_back(cell.factors.at("recurrent").is_on() ? 1 : 0);
      layer_norm.levels.push_back(cell.factors.at("layer_norm").is_on() ? 1 : 0);
      for (const double condition : book.conditions())
        values.push_back(run->condition_mean(ActionChoice::greedy, condition));
    }
  }
  const auto expected = stats::split_plot_anova(values, 9, std::array{recurrent, layer_norm},
                                                std::vector<stats::ModelTerm>{{0}, {1}, {0, 1}}, "velocity");
  ASSERT_TRUE(expected);
  const auto individual = entry(anova_json(book), "individual");
  for (const auto& term : expected->between_seeds.terms)
    EXPECT_NEAR(row(individual, term.name)["f"], term.f, 1e-8 * term.f) << term.name;
  for (const auto& term : expected->within_seeds.terms)
    EXPECT_NEAR(row(individual, term.name)["p_value"], term.p_value, 1e-8) << term.name;
  EXPECT_EQ(row(individual, "velocity by runs within cells")["df"], 16.0 * 8);
}

TEST(SplitPlot, TakesOneFactorAndLevelsThatAreNoSwitches) {
  auto record = testing::small_study();
  record.study.cells.pop_back();
  int hidden = 32;
  for (auto& cell : record.study.cells) cell.factors = {{"hidden", hidden *= 2}};
  const auto a3c = entry(anova_json(ScoreBook(record)), "a3c");
  // Means 50, 40 and 60: 6 rows a cell.
  EXPECT_NEAR(row(a3c, "hidden")["ss"], 6 * (100.0 + 100), 1e-9);
  EXPECT_EQ(row(a3c, "hidden")["df"], 2.0);
}

TEST(SplitPlot, SaysWhyThereIsNone) {
  auto record = testing::small_study();
  record.study.cells.pop_back();
  auto a3c = entry(anova_json(ScoreBook(record)), "a3c");
  EXPECT_TRUE(a3c["table"].is_null());
  EXPECT_THAT(a3c["note"].get<std::string>(), HasSubstr("not a full factorial"));

  record = testing::small_study();
  std::erase_if(record.runs, [](const record::Run& run) { return run.id.seed != 1; });
  a3c = entry(anova_json(ScoreBook(record)), "a3c");
  EXPECT_TRUE(a3c["table"].is_null());
  EXPECT_THAT(a3c["note"].get<std::string>(), HasSubstr("1 seed finished every cell"));

  record = testing::small_study();
  record.runs[0].evaluation[0].episode_return = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(entry(anova_json(ScoreBook(record)), "a3c")["table"].is_null());
}

TEST(SplitPlot, StaysBalancedWhereARunIsMissing) {
  auto record = testing::small_study();
  record.runs[1].summary.status = record::RunStatus::failed;  // gru+ln / a3c / seed 2
  const auto a3c = entry(anova_json(ScoreBook(record)), "a3c");
  EXPECT_EQ(row(a3c, "RNN")["n_seeds"], 2);
  EXPECT_EQ(row(a3c, "runs within cells")["df"], 4.0);
  EXPECT_THAT(a3c["note"].get<std::string>(), HasSubstr("1 seed did not finish every cell and is left out"));
}

TEST(SplitPlot, ScoresThatAreAllEqualHaveNoF) {
  auto record = testing::small_study();
  for (auto& run : record.runs) {
    for (auto& line : run.evaluation) line.episode_return = 5;
  }
  const auto a3c = entry(anova_json(ScoreBook(record)), "a3c");
  EXPECT_TRUE(row(a3c, "RNN")["f"].is_null());
  EXPECT_TRUE(row(a3c, "RNN")["p_value"].is_null());
}

}  // namespace
}  // namespace windhover::analysis

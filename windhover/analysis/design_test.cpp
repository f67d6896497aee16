#include "windhover/analysis/design.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/analysis/cells.hpp"
#include "windhover/analysis/collapse.hpp"
#include "windhover/analysis/effects.hpp"
#include "windhover/analysis/testing/analysed.hpp"
#include "windhover/analysis/testing/as_json.hpp"
#include "windhover/analysis/testing/small_study.hpp"

namespace windhover::analysis {
namespace {

using testing::effects_json;

using testing::t_2;

record::Study hidden_sizes() {
  record::Study study;
  for (const int hidden : {128, 64, 256}) {
    study.cells.push_back(
        {.id = std::to_string(hidden), .factors = {{"hidden", hidden}, {"recurrent", true}}});
  }
  return study;
}

std::vector<std::string> labels(const std::vector<Step>& steps) {
  std::vector<std::string> all;
  all.reserve(steps.size());
  for (const auto& step : steps) all.push_back(step.label);
  return all;
}

TEST(Design, FindsTheFourGradientsOfTheTwoByTwo) {
  const auto study = testing::small_study().study;
  EXPECT_TRUE(is_published_design(study));
  EXPECT_THAT(labels(steps_of(study)),
              ::testing::ElementsAre("RNN, keeping LayerNorm on", "RNN, keeping LayerNorm off",
                                     "LayerNorm, keeping RNN on", "LayerNorm, keeping RNN off"));
  EXPECT_EQ(steps_of(study)[0].from_cell, "mlp+ln");
  EXPECT_EQ(steps_of(study)[0].to_cell, "gru+ln");
}

TEST(Design, MainEffectsAndInteractionHaveTheUsualCoefficients) {
  const auto contributions = contributions_of(testing::small_study().study);
  ASSERT_EQ(contributions.size(), 3U);
  std::map<std::string, double> main;
  for (const auto& term : contributions[0].contrast) main[term.cell] = term.coefficient;
  EXPECT_EQ(main,
            (std::map<std::string, double>{{"gru+ln", 0.5}, {"gru", 0.5}, {"mlp+ln", -0.5}, {"mlp", -0.5}}));
  std::map<std::string, double> interaction;
  for (const auto& term : contributions[2].contrast) interaction[term.cell] = term.coefficient;
  EXPECT_EQ(interaction,
            (std::map<std::string, double>{{"gru+ln", 1}, {"gru", -1}, {"mlp+ln", -1}, {"mlp", 1}}));
}

TEST(Design, EffectsAreContrastsWithinTheSeed) {
  const auto record = testing::small_study();
  const ScoreBook book(record);
  const auto effects = effects_json(book);
  // RNN: (48+38)/2 - (58+44)/2 and so on: -8, -7.5, -7.
  const auto& rnn = effects["contributions"][0]["greedy"]["mean"]["a3c"];
  EXPECT_DOUBLE_EQ(rnn["estimate"], -7.5);
  EXPECT_NEAR(rnn["ci95"][1], -7.5 + t_2 * 0.5 / std::sqrt(3), 1e-9);
  // Interaction: 48-38-58+44 and so on: -4, -5, -6.
  const auto& interaction = effects["contributions"][2]["greedy"]["mean"]["a3c"];
  EXPECT_DOUBLE_EQ(interaction["estimate"], -5.0);
  EXPECT_NEAR(interaction["standard_error"], 1 / std::sqrt(3), 1e-12);
  EXPECT_DOUBLE_EQ(interaction["sign_flip_p"], 0.25);
  // Individual's seeds move together: 30-30-50+35 = -15 in each, which no t can judge.
  const auto& individual = effects["contributions"][2]["greedy"]["mean"]["individual"];
  EXPECT_DOUBLE_EQ(individual["estimate"], -15.0);
  EXPECT_TRUE(individual["p_value"].is_null());
  EXPECT_NE(individual["note"], "");
}

TEST(Design, ChangesOfThePublishedMetricsAreAgainstTheBaseline) {
  const auto record = testing::small_study();
  const ScoreBook book(record);
  const auto change = effects_json(book)["changes"][1]["greedy"]["published"];  // mlp+ln
  EXPECT_DOUBLE_EQ(change["arms"]["a3c"]["mean"]["absolute"], 10.0);
  EXPECT_NEAR(change["arms"]["a3c"]["mean"]["percent"], 20.0, 1e-9);
  EXPECT_NEAR(change["gap_percentage_points"], 100 * (10.0 / 50 - 20.0 / 30), 1e-9);
}

TEST(Design, LevelsThatAreNoSwitchesCompareWithTheBaseline) {
  const auto study = hidden_sizes();
  EXPECT_FALSE(is_published_design(study));
  EXPECT_TRUE(is_full_factorial(study));
  EXPECT_THAT(labels(steps_of(study)), ::testing::ElementsAre("hidden 128 → 64", "hidden 128 → 256"));
  EXPECT_EQ(contributions_of(study).size(), 2U);
}

TEST(Design, AnIncompleteDesignHasNoMainEffects) {
  auto study = testing::small_study().study;
  study.cells.pop_back();
  EXPECT_FALSE(is_full_factorial(study));
  EXPECT_TRUE(contributions_of(study).empty());
  EXPECT_EQ(steps_of(study).size(), 2U);
}

TEST(Design, StepsOfSingleChangesDoNotListWhatIsKept) {
  record::Study study;
  study.cells = {{.id = "a", .factors = {{"hidden", 128}, {"lr", 1e-4}, {"gamma", 0.9}}},
                 {.id = "b", .factors = {{"hidden", 64}, {"lr", 1e-4}, {"gamma", 0.9}}},
                 {.id = "c", .factors = {{"hidden", 128}, {"lr", 1e-3}, {"gamma", 0.9}}},
                 {.id = "d", .factors = {{"hidden", 128}, {"lr", 1e-4}, {"gamma", 0.5}}}};
  EXPECT_THAT(labels(steps_of(study)),
              ::testing::ElementsAre("gamma 0.9 → 0.5", "hidden 128 → 64", "lr 0.0001 → 0.001"));
}

}  // namespace
}  // namespace windhover::analysis

#include "windhover/study/baselines.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/study/testing.hpp"

namespace windhover::study {
namespace {

using testing::plan_of;
using testing::tiny_study;

std::vector<Json> scores_of(const Json& policies, const std::string& name) {
  std::vector<Json> scores;
  for (const auto& score : policies) {
    if (score["policy"].get<std::string>().starts_with(name)) scores.push_back(score);
  }
  return scores;
}

TEST(Baselines, HoldTheBestRuleAndTheBound) {
  const auto plan = plan_of(tiny_study);
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  const Json baselines = described::to_json(score_baselines(*plan).value());
  const auto best = scores_of(baselines["policies"], "best threshold (");
  ASSERT_EQ(best.size(), 2U);
  EXPECT_EQ(best[0]["episodes"], baseline_episodes);
  const Json& bound = baselines["upper_bound"];
  ASSERT_EQ(bound["conditions"].size(), 2U);
  EXPECT_EQ(bound["conditions"][0]["episodes"], bound_episodes);
  EXPECT_NEAR(
      bound["mean"].get<double>(),
      (bound["conditions"][0]["mean"].get<double>() + bound["conditions"][1]["mean"].get<double>()) / 2,
      1e-9);
  EXPECT_GT(bound["mean"].get<double>(), best[0]["mean"].get<double>());
  EXPECT_TRUE(baselines["cells"].empty());
  EXPECT_TRUE(baselines["cell_upper_bounds"].empty());
}

TEST(Baselines, HaveABoundForEveryEnvironmentOfTheStudy) {
  const auto plan = plan_of(tiny_study, {"factors.cloud_units=[1000, 300]"}, true);
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  const Json baselines = described::to_json(score_baselines(*plan).value());
  ASSERT_EQ(baselines["cell_upper_bounds"].size(), 2U) << "two networks under the smaller cloud";
  const Json& first = *baselines["cell_upper_bounds"].begin();
  for (const auto& bound : baselines["cell_upper_bounds"]) EXPECT_EQ(bound, first);
  EXPECT_LT(first["mean"].get<double>(), baselines["upper_bound"]["mean"].get<double>());
  EXPECT_EQ(first["conditions"][0]["episodes"], quick_bound_episodes);
  EXPECT_EQ(baselines["cells"].size(), 2U);
}

TEST(Baselines, AreOneForCellsThatDifferInWhatLearnersAreGiven) {
  const auto plan = plan_of(tiny_study, {"factors.reward_sharing=[0.0, 0.5]"}, true);
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_EQ(plan->cells.size(), 4U);
  const Json baselines = described::to_json(score_baselines(*plan).value());
  EXPECT_TRUE(baselines["cells"].empty());
  EXPECT_TRUE(baselines["cell_upper_bounds"].empty());
}

}  // namespace
}  // namespace windhover::study

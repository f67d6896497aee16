#include "windhover/study/plan.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/record/record.hpp"
#include "windhover/study/probe.hpp"
#include "windhover/study/testing.hpp"

namespace windhover::study {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::plan_of;

std::vector<std::string> ids(const Plan& plan) {
  std::vector<std::string> all;
  for (const auto& cell : plan.cells) all.push_back(cell.cell.id);
  return all;
}

TEST(Plan, ThePublishedDesignHasItsFourCells) {
  const auto plan = plan_of("name = 'x'\n[factors]\nlayer_norm = [true, false]\nrecurrent = [true, false]");
  ASSERT_TRUE(plan.has_value());
  EXPECT_THAT(ids(*plan), ElementsAre("gru+ln", "gru", "mlp+ln", "mlp"));
  EXPECT_EQ(plan->study.cells[2].factors, (record::Levels{{"recurrent", false}, {"layer_norm", true}}));
  EXPECT_EQ(plan->cells[0].parameter_count(), 106'372U);
  EXPECT_EQ(plan->cells[3].parameter_count(), 23'300U);
}

TEST(Plan, OtherFactorsAppendTheirLevel) {
  const auto plan =
      plan_of("name = 'x'\n[factors]\nrecurrent = [true, false]\nhidden = [64, 32]\ncloud_units = [500]");
  ASSERT_TRUE(plan.has_value());
  EXPECT_THAT(ids(*plan),
              ElementsAre("gru+ln,hidden=64,cloud_units=500", "gru+ln,hidden=32,cloud_units=500",
                          "mlp+ln,hidden=64,cloud_units=500", "mlp+ln,hidden=32,cloud_units=500"));
  EXPECT_EQ(plan->cells[0].settings.environment.json()["cloud_units"], 500);
}

TEST(Plan, OneAtATimeChangesOneFactorFromTheFirstLevels) {
  const auto plan = plan_of(
      "name = 'x'\ndesign = 'one-at-a-time'\n[factors]\nhidden = [128, 64, 256]\nlr = [1e-4, "
      "5e-4]\ntraining.workers = [5, 3]\n"
      "environment.slots = [20, 10]");
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_THAT(ids(*plan), ElementsAre("gru+ln", "gru+ln,hidden=64", "gru+ln,hidden=256", "gru+ln,lr=0.0005",
                                      "gru+ln,slots=10", "gru+ln,workers=3"));
  EXPECT_EQ(plan->cells[1].cell.factors.at("lr"), 1e-4);
  EXPECT_EQ(plan->cells[4].architecture.observations, 28);
  EXPECT_THAT(plan->cells[5].settings.training.velocities, ElementsAre(5, 15, 25));
}

TEST(Plan, BudgetsAndListsCanBeFactors) {
  const auto plan = plan_of(
      "name = 'x'\n[training]\nworkers = 2\nepisodes = 7\n[factors]\nsteps = [500, 700]\nvelocities = [[5, "
      "10], [20, 30]]");
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_THAT(ids(*plan),
              ElementsAre("gru+ln,steps=500,velocities=5-10", "gru+ln,steps=500,velocities=20-30",
                          "gru+ln,steps=700,velocities=5-10", "gru+ln,steps=700,velocities=20-30"));
  EXPECT_EQ(expected_steps(runs_of(*plan).front()), 1000U);
}

TEST(Plan, RunsComeInCanonicalOrder) {
  const auto plan = plan_of(testing::tiny_study);
  ASSERT_TRUE(plan.has_value());
  const auto runs = runs_of(*plan);
  ASSERT_EQ(runs.size(), 8U);
  EXPECT_EQ(runs[0].id.folder().string(), "gru+ln/a3c/seed-1");
  EXPECT_EQ(runs[3].id.folder().string(), "gru+ln/individual/seed-2");
  EXPECT_EQ(runs[7].id.folder().string(), "mlp+ln/individual/seed-2");
  EXPECT_EQ(expected_evaluation_steps(runs[0]), 2U * 2 * 2 * 100);
  EXPECT_EQ(expected_evaluation_steps(runs[3]), 2U * 2 * 2 * 2 * 100);
}

TEST(Plan, AStudyHasThePublishedArmsUnlessItNamesOthers) {
  EXPECT_THAT(plan_of("name = 'x'")->study.arms, ElementsAre("a3c", "individual"));
}

/// Two workers of six episodes of 100 steps; both choices of actions, two velocities, two episodes.
TEST(Plan, WhatARunTakesGoesByItsArm) {
  const auto plan =
      plan_of(testing::tiny_study,
              {"arms=['a3c', 'a2c', 'individual-mixed', 'individual-matched', 'individual']", "seeds=[1]"});
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  const auto runs = runs_of(*plan);
  const std::vector<std::uint64_t> steps = {1200, 1200, 2400, 2400, 1200};
  const std::vector<std::uint64_t> models = {1, 1, 2, 2, 2};
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(expected_steps(runs[i]), steps[i]) << runs[i].id.arm;
    EXPECT_EQ(expected_evaluation_steps(runs[i]), models[i] * 2 * 2 * 2 * 100) << runs[i].id.arm;
    EXPECT_EQ(cost_of(runs[i]).training, static_cast<double>(steps[i] * runs[i].cell->parameter_count()));
  }
}

TEST(Plan, AQuickStudyCountsAnArmOfALongerTrainingAsMuch) {
  const auto episodes = [](const std::string& arms) {
    const auto plan = plan_of("name = 'x'\narms = " + arms +
                                  "\n[factors]\nrecurrent = [true, false]\nlayer_norm = [true, "
                                  "false]",
                              {}, true);
    EXPECT_TRUE(plan.has_value()) << plan.error().message;
    return plan ? plan->cells[0].settings.training.episodes : 0;
  };
  EXPECT_EQ(episodes("['a3c', 'individual']"), 200);
  EXPECT_EQ(episodes("['a3c', 'individual-matched']"), 8000 / (20 * 6));
}

TEST(Plan, ADelayIsForA3cAlone) {
  EXPECT_THAT(testing::refusal_of("name = 'x'\n[factors]\ndelay = [0, 1]"),
              ::testing::AllOf(::testing::HasSubstr("cell gru+ln,delay=0"),
                               ::testing::HasSubstr("the arm individual has no stale gradients")));
  EXPECT_EQ(testing::refusal_of("name = 'x'\narms = ['a3c']\n[factors]\ndelay = [0, 1]"), "accepted");
  EXPECT_THAT(testing::refusal_of("name = 'x'\narms = ['a3c']\n[factors]\ndelay = [0.5]"),
              ::testing::HasSubstr("whole number"));
}

TEST(Plan, TheEffectiveConfigurationIsAStudyFileOfTheSameStudy) {
  for (const char* text :
       {testing::tiny_study, "name = 'x'\nprofile = 'sound'",
        "name = 'x'\n[factors]\ntraining.workers = [5, 3]\nreward_scale = [0.05, 0.1]",
        "name = 'x'\n[factors]\nsteps = [500, 700]", "name = 'x'\n[training]\nsteps = 900"}) {
    const auto plan = plan_of(text);
    ASSERT_TRUE(plan.has_value()) << plan.error().message;
    const TemporaryFolder folder;
    ASSERT_TRUE(record::write_study(folder.path(), plan->study).has_value());
    const auto document = Document::read(folder.path() / "study.toml");
    ASSERT_TRUE(document.has_value()) << document.error().message;
    const auto again = make_plan(*document, false);
    ASSERT_TRUE(again.has_value()) << again.error().message;
    EXPECT_THAT(differences(plan->study.config, again->study.config), IsEmpty());
    EXPECT_EQ(ids(*plan), ids(*again));
  }
}

TEST(Plan, TheDeclaredFamilyOfTestsIsCarriedByTheRecord) {
  const auto declared = plan_of("name = 'x'\n[analysis]\nfamily = ['gap', 'mean']");
  ASSERT_TRUE(declared.has_value()) << declared.error().message;
  EXPECT_EQ(declared->study.config["analysis"]["family"], Json({"gap", "mean"}));
  EXPECT_FALSE(plan_of("name = 'x'")->study.config.contains("analysis"));
}

TEST(Plan, TheRunsConfigurationIsComplete) {
  const auto plan = plan_of(testing::tiny_study);
  ASSERT_TRUE(plan.has_value());
  const Json config = described::to_json(run_configuration(*plan, runs_of(*plan)[5]));
  EXPECT_EQ(config["cell"], "mlp+ln");
  EXPECT_EQ(config["seed"], 2);
  EXPECT_EQ(config["learner"]["recurrent"], false);
  EXPECT_EQ(config["learner"].size(), fields::names<rl::LearnerConfig>().size());
  EXPECT_EQ(config["environment_fields"].size(), plan->cells[0].basis.environment->field_names.size());
  EXPECT_EQ(config["training"]["velocities"], (Json{5, 25}));
}

TEST(Plan, AQuickStudyIsShortAndKeepsItsSeeds) {
  const auto plan =
      plan_of("name = 'x'\n[factors]\nrecurrent = [true, false]\nlayer_norm = [true, false]", {}, true);
  ASSERT_TRUE(plan.has_value());
  EXPECT_TRUE(plan->study.quick);
  EXPECT_EQ(plan->study.seeds.size(), 5U);
  EXPECT_EQ(plan->cells[0].settings.training.episodes, 200);
  EXPECT_EQ(plan->cells[0].settings.evaluation.episodes, 20);
  EXPECT_EQ(plan->study.config["training"]["episodes"], 200);
  const auto shorter = plan_of(testing::tiny_study, {}, true);
  EXPECT_EQ(shorter->cells[0].settings.training.episodes, 6);
}

TEST(Plan, AQuickStudyShortensTheLevelsOfABudgetInProportion) {
  const auto plan = plan_of("name = 'x'\n[factors]\nepisodes = [1000, 4000]", {}, true);
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_THAT(ids(*plan), ElementsAre("gru+ln,episodes=50", "gru+ln,episodes=200"));
  EXPECT_EQ(plan->cells[0].settings.training.episodes, 50);
  EXPECT_EQ(plan->study.cells[1].factors.at("episodes"), 200);
  const auto steps = plan_of("name = 'x'\n[factors]\nsteps = [10000, 100000]", {}, true);
  EXPECT_EQ(steps->cells[0].settings.training.steps, 2'000U);
  EXPECT_EQ(steps->cells[1].settings.training.steps, 20'000U);
  EXPECT_THAT(ids(*plan_of("name = 'x'\n[factors]\nepisodes = [10, 20]", {}, true)),
              ElementsAre("gru+ln,episodes=10", "gru+ln,episodes=20"));
  const auto refused = plan_of("name = 'x'\n[factors]\nepisodes = [1, 2, 4000]", {}, true);
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message,
              ::testing::AllOf(::testing::HasSubstr("line 3: [factors]"), ::testing::HasSubstr("--quick")));
}

TEST(Plan, TheFleetOfTheSoundProfileIsTheWorkersOfTheTraining) {
  const auto plan = plan_of("name = 'x'\nprofile = 'sound'\n[training]\nworkers = 3");
  ASSERT_TRUE(plan.has_value());
  EXPECT_EQ(plan->cells[0].members, 3);
  EXPECT_EQ(plan_of("name = 'x'")->cells[0].members, 1);
}

TEST(Plan, ADesignThatIsTooLargeIsRefusedAtOnce) {
  std::string text = "name = 'x'\n[factors]\n";
  for (const char* key :
       {"hidden", "rollout", "cloud_units", "local_units", "max_task_units", "max_task_epochs"}) {
    text += std::string(key) +
            " = [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28]\n";
  }
  EXPECT_THAT(testing::refusal_of(text), ::testing::HasSubstr("cells, but 1000 is the most"));
}

TEST(Differences, AreNamedKeyByKey) {
  const Json stored = {{"a", 1}, {"t", {{"x", 2}, {"y", 3}}}};
  const Json now = {{"a", 1.0}, {"t", {{"x", 5}}}, {"z", true}};
  EXPECT_THAT(differences(stored, now),
              ElementsAre("t.x: 2 in the folder, 5 now", "t.y: 3 in the folder, nothing now",
                          "z: nothing in the folder, true now"));
}

TEST(ScheduleLength, TakesTheLongestFirst) {
  EXPECT_DOUBLE_EQ(schedule_length({1, 1, 1, 3}, 2), 3);
  EXPECT_DOUBLE_EQ(schedule_length({1, 1, 1, 3}, 1), 6);
  EXPECT_DOUBLE_EQ(schedule_length({}, 4), 0);
}

}  // namespace
}  // namespace windhover::study

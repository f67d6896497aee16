#include "windhover/rl/arm.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/rl/testing.hpp"

namespace windhover::rl {
namespace {

using namespace testing_support;

/// With coefficients that decay, so that a wrong budget shows.
TrainingSetup decaying_setup(const std::string& arm, int workers = 3) {
  TrainingSetup setup = small_setup(arm, workers);
  setup.episodes = 2;
  setup.learner.final_lr_share = 0.1;
  setup.learner.final_entropy_share = 0;
  return setup;
}

std::unique_ptr<Training> trained(const TrainingSetup& setup) {
  auto training = make(setup);
  run_to_end(*training);
  return training;
}

void expect_same_models(const Training& first, const Training& second) {
  ASSERT_EQ(first.models(), second.models());
  for (int model = 0; model < first.models(); ++model) {
    EXPECT_EQ(parameters_of(first, model), parameters_of(second, model)) << "model " << model;
  }
}

TEST(Arm, ModelsAndSteps) {
  const auto models_and_steps = [](const char* arm) {
    const auto training = trained(decaying_setup(arm));
    EXPECT_EQ(training->steps_expected(), training->steps_done());
    return std::pair(training->models(), training->steps_done());
  };
  EXPECT_EQ(models_and_steps("a3c"), std::pair(1, std::uint64_t{600}));
  EXPECT_EQ(models_and_steps("a2c"), std::pair(1, std::uint64_t{600}));
  EXPECT_EQ(models_and_steps("individual"), std::pair(3, std::uint64_t{600}));
  EXPECT_EQ(models_and_steps("individual-matched"), std::pair(3, std::uint64_t{1800}));
  EXPECT_EQ(models_and_steps("individual-mixed"), std::pair(3, std::uint64_t{1800}));
}

TEST(Arm, MatchedIsIndividualWithAsManyTimesTheEpisodes) {
  TrainingSetup individual = decaying_setup("individual");
  individual.episodes *= individual.workers;
  expect_same_models(*trained(decaying_setup("individual-matched")), *trained(individual));
}

TEST(Arm, MatchedCountsAStepBudgetLikewise) {
  TrainingSetup matched = decaying_setup("individual-matched");
  matched.steps = 150;
  TrainingSetup individual = decaying_setup("individual");
  individual.steps = 450;
  const auto training = trained(matched);
  EXPECT_EQ(training->steps_done(), 3U * 500);
  expect_same_models(*training, *trained(individual));
}

TEST(Arm, WithOneWorkerAllAreTheSameLearner) {
  const auto individual = trained(decaying_setup("individual", 1));
  for (const auto& arm : arm_names()) expect_same_models(*trained(decaying_setup(arm, 1)), *individual);
}

TEST(Arm, MixedIsMatchedWhereAllConditionsAreEqual) {
  TrainingSetup mixed = decaying_setup("individual-mixed"), matched = decaying_setup("individual-matched");
  EXPECT_NE(parameters_of(*trained(mixed)), parameters_of(*trained(matched)));
  mixed.conditions.assign(3, 15.0);
  matched.conditions.assign(3, 15.0);
  expect_same_models(*trained(mixed), *trained(matched));
}

/// The walker earns 1 and its condition at the goal, so that its return tells the condition.
TEST(Arm, MixedWorkersHaveAllConditionsAmongThemInEveryEpisode) {
  TrainingSetup setup = small_setup("individual-mixed");
  setup.conditions = {10, 20, 30};
  const auto training = make_walk(setup, make_logical_training);
  run_to_end(*training);
  ASSERT_EQ(training->rows().size(), 3U * 18);
  int arrived = 0;
  for (const TrainingRow& row : training->rows()) {
    if (row.episode_return == 0) continue;  // never came to the goal
    ++arrived;
    EXPECT_EQ(row.episode_return, 1 + 10 * (1 + (row.worker + row.episode) % 3)) << row.worker;
  }
  EXPECT_GT(arrived, 40);
}

TEST(Arm, WhatAScheduleCanNotGiveIsAnError) {
  const auto message_after = [](const char* arm, auto&& spoil) {
    TrainingSetup setup = small_setup(arm);
    spoil(setup);
    const auto training = Training::create(setup);
    EXPECT_TRUE(training.has_value() || training.error().kind == ErrorKind::usage);
    return training ? std::string("accepted") : training.error().message;
  };
  const auto threads = [](TrainingSetup& setup) { setup.learner.schedule = "threads"; };
  const auto delay = [](TrainingSetup& setup) { setup.learner.delay = 2; };
  EXPECT_THAT(message_after("a2c", threads), testing::HasSubstr("in step"));
  EXPECT_EQ(message_after("individual-mixed", threads), "accepted");
  for (const auto& arm : arm_names()) {
    if (arm == "a3c") continue;
    EXPECT_THAT(message_after(arm.c_str(), delay), testing::HasSubstr("only a3c")) << arm;
  }
  EXPECT_EQ(message_after("a3c", delay), "accepted");
  EXPECT_THAT(message_after("a3c",
                            [&](TrainingSetup& setup) {
                              threads(setup);
                              delay(setup);
                            }),
              testing::HasSubstr("use 'logical'"));
  EXPECT_THAT(message_after("a3c",
                            [&](TrainingSetup& setup) {
                              delay(setup);
                              setup.environment_config = offload_config("sound", {{"reward_sharing", 0.5}});
                            }),
              testing::HasSubstr("share rewards"));
  EXPECT_THAT(
      message_after("individual-matched", [](TrainingSetup& setup) { setup.episodes = 2'000'000'000; }),
      testing::HasSubstr("more than the arm individual-matched can count"));
}

TEST(Arm, AStudyWithoutArmsHasThePublishedOnes) {
  EXPECT_THAT(default_arm_names(), testing::ElementsAre("a3c", "individual"));
  for (const auto& name : default_arm_names()) EXPECT_TRUE(find_arm(name).has_value());
}

}  // namespace
}  // namespace windhover::rl

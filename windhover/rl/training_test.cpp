#include "windhover/rl/training.hpp"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/rl/testing.hpp"

namespace windhover::rl {
namespace {

using namespace testing_support;

TEST(Training, SameSetupSameBits) {
  for (const auto& arm : arm_names()) {
    const auto first = make(small_setup(arm)), second = make(small_setup(arm));
    run_to_end(*first);
    run_to_end(*second);
    for (int model = 0; model < first->models(); ++model) {
      EXPECT_EQ(parameters_of(*first, model), parameters_of(*second, model)) << arm;
    }
  }
}

TEST(Training, EveryFactorReachesTheLearner) {
  const auto result_of = [](auto&& change) {
    TrainingSetup setup = small_setup("a3c");
    change(setup);
    const auto training = make(setup);
    run_to_end(*training);
    return parameters_of(*training);
  };
  const auto baseline = result_of([](TrainingSetup&) {});
  EXPECT_NE(baseline, result_of([](TrainingSetup& s) { s.seed = 43; }));
  EXPECT_NE(baseline, result_of([](TrainingSetup& s) { s.learner.lr *= 2; }));
  EXPECT_NE(baseline, result_of([](TrainingSetup& s) { s.learner.gamma = 0.9; }));
  EXPECT_NE(baseline, result_of([](TrainingSetup& s) { s.learner.entropy_coef = 0.5; }));
  EXPECT_NE(baseline, result_of([](TrainingSetup& s) { s.learner.value_coef = 0.5; }));
  EXPECT_NE(baseline, result_of([](TrainingSetup& s) { s.learner.max_grad_norm = 0.01; }));
  EXPECT_NE(baseline, result_of([](TrainingSetup& s) { s.learner.rollout = 10; }));
  EXPECT_NE(baseline, result_of([](TrainingSetup& s) { s.learner.adam_beta1 = 0.5; }));
  EXPECT_NE(baseline, result_of([](TrainingSetup& s) { s.learner.adam_beta2 = 0.9; }));
  EXPECT_NE(baseline, result_of([](TrainingSetup& s) { s.learner.adam_eps = 1e-3; }));
  EXPECT_NE(baseline, result_of([](TrainingSetup& s) { s.learner.normalise_advantage = false; }));
  EXPECT_NE(baseline, result_of([](TrainingSetup& s) { s.learner.layer_norm = false; }));
  EXPECT_NE(baseline, result_of([](TrainingSetup& s) { s.learner.recurrent = false; }));
  EXPECT_NE(baseline, result_of([](TrainingSetup& s) { s.episodes += 1; }));
  EXPECT_NE(baseline, result_of([](TrainingSetup& s) { s.conditions[0] = 100; }));
  EXPECT_NE(baseline, result_of([](TrainingSetup& s) {
              s.environment_config = offload_config("paper", {{"cloud_units", 500}});
            }));
}

TEST(Training, OneWorkerOfA3cIsAnIndividualLearner) {
  const auto shared = make(small_setup("a3c", 1)), individual = make(small_setup("individual", 1));
  run_to_end(*shared);
  run_to_end(*individual);
  EXPECT_EQ(parameters_of(*shared), parameters_of(*individual));
}

TEST(Training, StalenessIsOneLessThanWorkersFromTheSecondRoundOn) {
  const auto training = make(small_setup("a3c", 4));
  run_to_end(*training);
  for (const TrainingRow& row : training->rows()) {
    // Five updates an episode; in the very first round worker i is only i updates behind.
    const double expected = row.episode == 0 ? (4 * 3.0 + row.worker) / 5 : 3.0;
    EXPECT_DOUBLE_EQ(row.staleness, expected) << "worker " << row.worker << ", episode " << row.episode;
  }
}

TEST(Training, IndividualLearnersAreNeverStaleAndDiffer) {
  const auto training = make(small_setup("individual"));
  run_to_end(*training);
  for (const TrainingRow& row : training->rows()) EXPECT_EQ(row.staleness, 0.0);
  ASSERT_EQ(training->models(), 3);
  EXPECT_NE(parameters_of(*training, 0), parameters_of(*training, 1));
}

TEST(Training, RowsCountEveryEpisodeOnce) {
  const auto training = make(small_setup("a3c"));
  run_to_end(*training);
  ASSERT_EQ(training->rows().size(), 18U);
  EXPECT_EQ(training->steps_done(), 1800U);
  EXPECT_EQ(training->steps_expected(), 1800U);
  for (const TrainingRow& row : training->rows()) {
    EXPECT_EQ(row.length, 100);
    EXPECT_EQ(row.step, 300U * (static_cast<std::uint64_t>(row.episode) + 1));
    EXPECT_GT(row.entropy, 0.0);
    EXPECT_LE(row.entropy, 1.0987);
  }
}

TEST(Training, AStepBudgetStartsNoEpisodeBeyondIt) {
  TrainingSetup setup = small_setup("a3c", 2);
  setup.steps = 250;
  const auto training = make(setup);
  EXPECT_EQ(training->steps_expected(), 600U);
  run_to_end(*training);
  EXPECT_EQ(training->steps_done(), 600U);
}

/// Episodes of 100 steps: what is expected is exact from the first step on, wherever an episode is.
TEST(Training, WhatIsExpectedOfEpisodesOfOneLengthNeverChanges) {
  TrainingSetup setup = small_setup("a3c", 1);
  setup.episodes = 2000;
  const auto long_one = make(setup);
  for (int step = 0; step <= 305; ++step) {
    EXPECT_EQ(long_one->steps_expected(), 200'000U) << "after step " << step;
    ASSERT_TRUE(long_one->advance(1, {}).has_value());
  }
  for (const auto& arm : arm_names()) {
    const auto training = make(small_setup(arm));
    const std::uint64_t expected = training->steps_expected();
    while (!training->finished()) {
      EXPECT_EQ(training->steps_expected(), expected) << arm << ", step " << training->steps_done();
      ASSERT_TRUE(training->advance(7, {}).has_value());
    }
    EXPECT_EQ(training->steps_done(), expected) << arm;
  }
}

/// Episodes that differ in length: the estimate is never below what was done, and ends as what was done.
TEST(Training, WhatIsExpectedOfOtherEpisodesIsNeverBelowWhatWasDone) {
  for (const std::uint64_t steps : {std::uint64_t{0}, std::uint64_t{130}}) {
    TrainingSetup setup = small_setup("a3c");
    setup.conditions = {0, 0, 0};
    setup.episodes = 20;
    setup.steps = steps;
    const auto training = make_walk(setup, make_logical_training);
    while (!training->finished()) {
      EXPECT_GE(training->steps_expected(), training->steps_done());
      ASSERT_TRUE(training->advance(3, {}).has_value());
    }
    EXPECT_EQ(training->steps_expected(), training->steps_done());
  }
}

/// The largest decays of Adam that are accepted: they still learn. One more step of single precision is 1.
TEST(Training, TheLargestDecaysOfAdamLearn) {
  for (double LearnerConfig::*decay : {&LearnerConfig::adam_beta1, &LearnerConfig::adam_beta2}) {
    TrainingSetup setup = small_setup("a3c");
    setup.learner.*decay = largest_below_one;
    const auto training = make(setup);
    run_to_end(*training);
    setup.learner.lr = 0;
    const auto still = make(setup);
    run_to_end(*still);
    EXPECT_NE(parameters_of(*training), parameters_of(*still));
    for (const float parameter : parameters_of(*training)) EXPECT_TRUE(std::isfinite(parameter));
  }
}

TEST(Training, ResumesToTheSameBits) {
  for (const auto& arm : arm_names()) expect_resumable([&] { return make(small_setup(arm)); });
}

TEST(Training, ADamagedStateIsAnError) {
  const auto training = make(small_setup("a3c"));
  ASSERT_TRUE(training->advance(500, {}).has_value());
  auto state = training->save();
  state.resize(state.size() / 2);
  EXPECT_FALSE(make(small_setup("a3c"))->restore(state).has_value());
  EXPECT_FALSE(make(small_setup("individual"))->restore(training->save()).has_value());
  auto longer = training->save();
  longer.push_back(std::byte{0});
  EXPECT_FALSE(make(small_setup("a3c"))->restore(longer).has_value());
}

TEST(Training, StopsWhenAsked) {
  std::stop_source source;
  source.request_stop();
  const auto training = make(small_setup("a3c"));
  ASSERT_TRUE(training->advance(1'000'000, source.get_token()).has_value());
  EXPECT_EQ(training->steps_done(), 0U);
  TrainingSetup setup = small_setup("a3c");
  setup.stop = source.get_token();
  const auto unmade = Training::create(setup);
  ASSERT_FALSE(unmade.has_value());
  EXPECT_EQ(unmade.error().kind, ErrorKind::stopped);
}

TEST(Training, ALossThatIsNotFiniteStopsWithADiagnosis) {
  const auto training = make(diverging(small_setup("a3c")));
  const auto advanced = training->advance(std::uint64_t{1} << 62, {});
  ASSERT_FALSE(advanced.has_value());
  EXPECT_THAT(
      advanced.error().message,
      testing::AllOf(testing::HasSubstr("arm a3c"), testing::HasSubstr("seed 42"),
                     testing::HasSubstr("worker"), testing::HasSubstr("episode"),
                     testing::HasSubstr("update"), testing::HasSubstr("first gradient that is not finite")));
}

TEST(Training, ImpossibleSetupsAreErrors) {
  const auto message_after = [](auto&& spoil) {
    TrainingSetup setup = small_setup("a3c");
    spoil(setup);
    const auto training = Training::create(setup);
    return training ? std::string("accepted") : training.error().message;
  };
  EXPECT_THAT(message_after([](TrainingSetup& s) { s.arm = "a3d"; }),
              testing::HasSubstr("did you mean 'a3c'"));
  EXPECT_THAT(message_after([](TrainingSetup& s) { s.workers = 0; }), testing::HasSubstr("0 workers"));
  EXPECT_THAT(message_after([](TrainingSetup& s) { s.episodes = 0; }), testing::HasSubstr("0 episodes"));
  EXPECT_THAT(message_after([](TrainingSetup& s) { s.learner.hidden = 0; }),
              testing::HasSubstr("hidden size is 0"));
  EXPECT_THAT(message_after([](TrainingSetup& s) { s.conditions.pop_back(); }),
              testing::HasSubstr("velocities"));
  EXPECT_THAT(message_after([](TrainingSetup& s) { s.conditions[1] = -5; }), testing::HasSubstr("-5"));
  EXPECT_THAT(message_after([](TrainingSetup& s) { s.environment = "ofload"; }),
              testing::HasSubstr("offload"));
}

}  // namespace
}  // namespace windhover::rl

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/env/testing/faulty.hpp"
#include "windhover/kernels/kernels.hpp"
#include "windhover/nn/initialise.hpp"
#include "windhover/rl/testing.hpp"

/// Numbers that are none, or far too large or small, put into every stage of a training and of an evaluation.
namespace windhover::rl {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using namespace testing_support;

/// An arm under a schedule.
struct Learner {
  const char* name;
  const char* arm;
  MakeTraining schedule;
  int delay = LearnerConfig::no_delay;
};

const std::vector<Learner> learners = {{"a3c", "a3c", make_logical_training},
                                       {"individual", "individual", make_logical_training},
                                       {"a2c", "a2c", make_synchronous_training},
                                       {"delayed", "a3c", make_delayed_training, 1},
                                       {"threads", "a3c", make_threaded_training}};

const env::Description& faulty() {
  static const auto description = env::describe<env::testing::FaultyEnv>();
  return description;
}

env::Configuration faulty_config(const std::string& place, const std::string& number) {
  return faulty().configure("faulty", {{"place", place}, {"number", number}}).value();
}

TrainingSetup setup_of(const Learner& learner, bool recurrent) {
  TrainingSetup setup = small_setup(learner.arm, 2);
  setup.learner.rollout = 4;
  setup.learner.recurrent = recurrent;
  setup.learner.layer_norm = recurrent;
  setup.learner.delay = learner.delay;
  setup.conditions = {0, 0};
  return setup;
}

std::unique_ptr<Training> make_faulty(const Learner& learner, const TrainingSetup& setup,
                                      const std::string& place, const std::string& number) {
  auto group =
      faulty().make_group(faulty_config(place, number), {.seed = setup.seed, .conditions = setup.conditions});
  EXPECT_TRUE(group.has_value());
  return learner.schedule(setup, *std::move(group));
}

/// Why a training stops; "finished" if it does not.
std::string ending_of(Training& training) {
  const auto advanced = training.advance(std::uint64_t{1} << 62, {});
  for (const TrainingRow& row : training.rows()) {
    for (const double number : {row.episode_return, row.policy_loss, row.value_loss, row.entropy,
                                row.total_loss, row.gradient_norm, row.staleness}) {
      EXPECT_TRUE(std::isfinite(number)) << "a row tells of what is not finite";
    }
  }
  return advanced ? "finished" : advanced.error().message;
}

TEST(Numbers, NoNumberStopsEveryLearnerWithItsPlace) {
  for (const Learner& learner : learners) {
    for (const bool recurrent : {false, true}) {
      for (const char* number : {"nan", "inf", "-inf"}) {
        for (const auto& [place, part] : {std::pair{"observation", "the environment: value 2 of observation"},
                                          std::pair{"reward", "the environment: the learner's reward"},
                                          std::pair{"score", "the environment: the episode's return is"}}) {
          SCOPED_TRACE(std::string(learner.name) + ", " + place + ", " + number);
          const auto training = make_faulty(learner, setup_of(learner, recurrent), place, number);
          EXPECT_THAT(ending_of(*training), AllOf(HasSubstr(part), HasSubstr(number), HasSubstr("worker "),
                                                  HasSubstr("episode 0"), HasSubstr("update ")));
        }
      }
    }
  }
}

/// What overflows on the way is found in the stage where it does.
TEST(Numbers, TooLargeNumbersStopTheLearnerWhereTheyOverflow) {
  for (const Learner& learner : learners) {
    SCOPED_TRACE(learner.name);
    auto setup = setup_of(learner, false);
    EXPECT_THAT(ending_of(*make_faulty(learner, setup, "observation", "huge")),
                HasSubstr("not finite, first in the"));
    EXPECT_THAT(ending_of(*make_faulty(learner, setup, "reward", "huge")), HasSubstr("first in the loss"));
    setup.learner.reward_factor = 1e9;
    EXPECT_THAT(ending_of(*make_faulty(learner, setup, "reward", "huge")), HasSubstr("the learner's reward"));
    setup.learner.reward_factor = 1;
    setup.learner.value_coef = 1e6;
    EXPECT_THAT(ending_of(*make_faulty(learner, setup, "reward", "large")),
                HasSubstr("first in the gradient"));
    // A score is a double, which holds it.
    setup.learner.value_coef = 0.25;
    EXPECT_EQ(ending_of(*make_faulty(learner, setup, "score", "huge")), "finished");
  }
}

TEST(Numbers, AnUpdateThatSpoilsTheParametersIsFoundByTheNext) {
  for (const Learner& learner : learners) {
    auto setup = setup_of(learner, false);
    setup.learner.lr = 1e300;
    EXPECT_THAT(ending_of(*make_faulty(learner, setup, "nowhere", "nan")),
                HasSubstr("first in the parameters that acted"))
        << learner.name;
  }
}

TEST(Numbers, TheLastUpdateIsCheckedByItself) {
  for (const Learner& learner : learners) {
    SCOPED_TRACE(learner.name);
    auto setup = setup_of(learner, false);
    setup.workers = 1;
    setup.conditions = {0};
    setup.episodes = 1;
    setup.learner.rollout = 10;  // one update
    const auto training = make_faulty(learner, setup, "nowhere", "nan");
    EXPECT_EQ(ending_of(*training), "finished");
    EXPECT_TRUE(check_parameters(*training).has_value());
    setup.learner.lr = 1e300;
    const auto spoilt = make_faulty(learner, setup, "nowhere", "nan");
    EXPECT_EQ(ending_of(*spoilt), "finished");
    const auto checked = check_parameters(*spoilt);
    ASSERT_FALSE(checked.has_value());
    EXPECT_THAT(checked.error().message, AllOf(HasSubstr("the optimiser"), HasSubstr("weight of model 0")));
  }
}

/// Denormals are numbers like others: same bits on every instruction set, and not those without them.
TEST(Numbers, DenormalsChangeNoPromise) {
  const auto targets = kernels::available_targets();
  for (const char* place : {"observation", "reward"}) {
    std::vector<std::vector<float>> results;
    for (const auto& target : targets) {
      ASSERT_TRUE(kernels::force_target(target).has_value());
      const auto training = make_faulty(learners[0], setup_of(learners[0], true), place, "denormal");
      EXPECT_EQ(ending_of(*training), "finished");
      results.push_back(parameters_of(*training));
      EXPECT_EQ(results.back(), results.front()) << target << ", " << place;
    }
    ASSERT_TRUE(kernels::force_target(targets.front()).has_value());
  }
}

std::string evaluation_of(const std::string& place, const std::string& number, float spoil = 0) {
  const nn::Architecture architecture{.observations = 3, .actions = 2, .hidden = 8};
  const nn::Layout layout(architecture);
  nn::AlignedVector<float> parameters(layout.arena_size());
  nn::initialise<float>(parameters, layout, Stream({.seed = 1}));
  parameters[layout.heads_bias.offset] += spoil;
  const std::vector<std::span<const float>> models = {parameters};
  const auto rows = evaluate(architecture, models, faulty(),
                             {.environment = "faulty",
                              .environment_config = faulty_config(place, number),
                              .seed = 1,
                              .conditions = {0},
                              .episodes = 3},
                             {});
  return rows ? "finished" : rows.error().message;
}

TEST(Numbers, NoNumberEndsAnEvaluationWithItsPlace) {
  for (const char* number : {"nan", "inf", "-inf"}) {
    EXPECT_THAT(evaluation_of("observation", number), HasSubstr("the environment shows NaN or infinity"));
    EXPECT_THAT(evaluation_of("reward", number), HasSubstr("the environment rewards with NaN or infinity"));
    EXPECT_THAT(evaluation_of("score", number), HasSubstr("the environment rewards with NaN or infinity"));
  }
  EXPECT_THAT(evaluation_of("nowhere", "nan", std::nanf("")),
              HasSubstr("the model puts out NaN or infinity"));
  EXPECT_EQ(evaluation_of("observation", "denormal"), "finished");
  EXPECT_EQ(evaluation_of("nowhere", "nan"), "finished");
}

}  // namespace
}  // namespace windhover::rl

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/rl/testing.hpp"

/// The learner meets every environment of the registry through its entry alone.
namespace windhover::rl {
namespace {

using testing_support::make;
using testing_support::parameters_of;
using testing_support::run_to_end;

TrainingSetup setup_in(const env::Description& environment, const std::string& profile,
                       const std::string& arm) {
  TrainingSetup setup;
  setup.arm = arm;
  setup.learner.hidden = 8;
  setup.environment = environment.name;
  setup.environment_config = environment.configure(profile, Json::object()).value();
  setup.seed = 5;
  setup.workers = 2;
  setup.steps = 60;
  setup.conditions = environment.default_conditions(2);
  return setup;
}

std::vector<EvaluationRow> evaluate_in(const env::Description& environment, const TrainingSetup& setup,
                                       const Training& training) {
  const std::vector<std::span<const float>> models = {training.parameters(0)};
  const auto rows =
      evaluate(training.layout().architecture(), models,
               {.environment = setup.environment,
                .environment_config = setup.environment_config,
                .seed = setup.seed,
                .conditions = {environment.test_conditions.front()},
                .episodes = 4,
                .members = environment.evaluation_members(setup.environment_config, setup.workers)},
               {});
  EXPECT_TRUE(rows.has_value()) << rows.error().message;
  return rows.value_or(std::vector<EvaluationRow>());
}

TEST(Environments, AllAreTrainedAndEvaluated) {
  for (const env::Description& environment : env::registry()) {
    for (const auto& profile : environment.profiles) {
      for (const auto* arm : {"a3c", "individual"}) {
        SCOPED_TRACE(environment.name + " " + profile + " " + arm);
        const auto setup = setup_in(environment, profile, arm);
        const auto training = make(setup);
        const auto before = parameters_of(*training);
        run_to_end(*training);
        EXPECT_GE(training->steps_done(), 120U);
        EXPECT_LE(training->steps_done(), training->steps_expected());
        const auto after = parameters_of(*training);
        EXPECT_NE(after, before);
        EXPECT_TRUE(std::ranges::all_of(after, [](float value) { return std::isfinite(value); }));
        for (const auto& row : evaluate_in(environment, setup, *training)) {
          EXPECT_TRUE(std::isfinite(row.episode_return));
          EXPECT_GE(row.length, 1);
        }
      }
    }
  }
}

/// Where episodes differ in length and are cut, too.
TEST(Environments, ResumeToTheSameBits) {
  for (const auto* name : {"cartpole", "t-maze", "repeat-previous"}) {
    const env::Description& environment = **env::find(name);
    const auto setup = setup_in(environment, environment.profiles.front(), "a3c");
    const auto undisturbed = make(setup);
    run_to_end(*undisturbed);
    const auto first = make(setup);
    ASSERT_TRUE(first->advance(47, {}).has_value());
    const auto second = make(setup);
    ASSERT_TRUE(second->restore(first->save()).has_value());
    run_to_end(*second);
    EXPECT_EQ(parameters_of(*second), parameters_of(*undisturbed)) << name;
  }
}

}  // namespace
}  // namespace windhover::rl

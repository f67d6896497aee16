#pragma once

#include <vector>

#include <gtest/gtest.h>

#include "windhover/env/describe.hpp"
#include "windhover/env/registry.hpp"
#include "windhover/env/testing/random_walk.hpp"
#include "windhover/rl/evaluation.hpp"
#include "windhover/rl/training.hpp"
#include "windhover/rl/training_base.hpp"

/// What the tests of this folder share: small trainings in the task-offloading environment, and in a random
/// walk where nothing is shared and episodes differ in length.
namespace windhover::rl::testing_support {

inline env::Configuration offload_config(const std::string& profile, const Json& overrides = Json::object()) {
  const auto environment = env::find("offload");
  EXPECT_TRUE(environment.has_value());
  auto config = (*environment)->configure(profile, overrides);
  EXPECT_TRUE(config.has_value()) << config.error().message;
  return *config;
}

/// A training small enough for a test: 16 hidden units, 6 episodes of 100 steps a worker.
inline TrainingSetup small_setup(const std::string& arm, int workers = 3) {
  TrainingSetup setup;
  setup.arm = arm;
  setup.learner.hidden = 16;
  setup.environment = "offload";
  setup.environment_config = offload_config("paper");
  setup.seed = 42;
  setup.workers = workers;
  setup.episodes = 6;
  setup.conditions = (*env::find("offload"))->default_conditions(workers);
  return setup;
}

/// The same training with a first update that sends the next outputs to infinity.
inline TrainingSetup diverging(TrainingSetup setup) {
  setup.learner.lr = 1e15;
  setup.learner.recurrent = false;
  setup.learner.layer_norm = false;
  return setup;
}

inline std::unique_ptr<Training> make(const TrainingSetup& setup) {
  auto training = Training::create(setup);
  EXPECT_TRUE(training.has_value()) << training.error().message;
  return *std::move(training);
}

using MakeTraining = std::unique_ptr<Training> (*)(const TrainingSetup&, std::unique_ptr<env::Group>);

/// That setup and schedule in the random walk.
inline std::unique_ptr<Training> make_walk(const TrainingSetup& setup, MakeTraining schedule) {
  const auto entry = env::describe<env::testing::RandomWalkEnv>();
  auto group = entry.make_group(*entry.configure("short", Json::object()),
                                {.seed = setup.seed, .conditions = setup.conditions});
  EXPECT_TRUE(group.has_value()) << group.error().message;
  return schedule(setup, *std::move(group));
}

inline void run_to_end(Training& training) {
  const auto advanced = training.advance(std::uint64_t{1} << 62, std::stop_token());
  EXPECT_TRUE(advanced.has_value()) << advanced.error().message;
  EXPECT_TRUE(training.finished());
}

inline std::vector<float> parameters_of(const Training& training, int model = 0) {
  const auto parameters = training.parameters(model);
  return {parameters.begin(), parameters.end()};
}

/// Interrupted anywhere, inside rollouts too, and resumed in a new training: the same bits and the same rows.
template <class Make>
void expect_resumable(const Make& make_training) {
  const auto undisturbed = make_training();
  run_to_end(*undisturbed);
  const std::uint64_t steps = undisturbed->steps_done();
  for (const std::uint64_t interruption :
       {std::uint64_t{0}, std::uint64_t{3}, steps / 30, steps / 7, steps / 2, steps - 2}) {
    const auto first = make_training();
    ASSERT_TRUE(first->advance(interruption, {}).has_value());
    const auto second = make_training();
    const auto restored = second->restore(first->save());
    ASSERT_TRUE(restored.has_value()) << restored.error().message;
    EXPECT_EQ(second->steps_done(), first->steps_done());
    run_to_end(*second);
    for (int model = 0; model < second->models(); ++model) {
      EXPECT_EQ(parameters_of(*second, model), parameters_of(*undisturbed, model)) << interruption;
    }
    ASSERT_EQ(second->rows().size(), undisturbed->rows().size());
    for (std::size_t i = 0; i < second->rows().size(); ++i) {
      EXPECT_EQ(second->rows()[i].total_loss, undisturbed->rows()[i].total_loss) << interruption;
    }
  }
}

}  // namespace windhover::rl::testing_support

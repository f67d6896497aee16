#pragma once

#include <vector>

#include <gtest/gtest.h>

#include "windhover/env/registry.hpp"
#include "windhover/rl/evaluation.hpp"
#include "windhover/rl/training.hpp"

/// What the tests of this folder share: small trainings in the task-offloading environment.
namespace windhover::rl::testing_support {

inline Json offload_config(const std::string& profile, const Json& overrides = Json::object()) {
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

inline std::unique_ptr<Training> make(const TrainingSetup& setup) {
  auto training = Training::create(setup);
  EXPECT_TRUE(training.has_value()) << training.error().message;
  return *std::move(training);
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

}  // namespace windhover::rl::testing_support

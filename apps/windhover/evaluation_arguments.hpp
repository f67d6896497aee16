#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apps/windhover/options.hpp"

#include "windhover/core/result.hpp"
#include "windhover/study/evaluation_plan.hpp"

namespace windhover::app {

/// The arguments by which commands that evaluate a policy say where and in which episodes.
struct EvaluationArguments {
  std::string environment = {};
  std::string profile = {};
  std::vector<double> velocities = {};
  std::optional<int> workers = {};
  std::optional<int> episodes = {};
  std::optional<std::uint64_t> seed = {};
  std::vector<std::string> overrides = {};
};

/// How the help of these options goes on: what is taken if they are not given.
struct EvaluationDefaults {
  std::string environment, profile, velocities, workers, episodes, seed;
  std::uint64_t most_episodes = study::most_episodes;
};

/// Adds --environment, --profile, --velocities, --workers, --episodes, --seed and --set.
void add_evaluation_options(const Command& command, EvaluationArguments& arguments,
                            const EvaluationDefaults& defaults);

/// Error: a --set that is not of the form KEY=VALUE.
[[nodiscard]] Result<study::EvaluationRequest> request_of(const EvaluationArguments& arguments);

}  // namespace windhover::app

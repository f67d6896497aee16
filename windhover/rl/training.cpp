#include "windhover/rl/training.hpp"

#include <algorithm>

#include "windhover/core/nearest.hpp"
#include "windhover/rl/training_base.hpp"

namespace windhover::rl {
namespace {

constexpr int most_workers = 65535;  // a stream's name has 16 bits for the worker

Result<void> check(const TrainingSetup& setup) {
  if (std::ranges::find(arm_names(), setup.arm) == arm_names().end()) {
    return usage_error(fmt::format("unknown arm '{}'{}", setup.arm, suggestion(setup.arm, arm_names())));
  }
  if (setup.workers < 1 || setup.workers > most_workers) {
    return usage_error(
        fmt::format("{} workers, but there must be between 1 and {}", setup.workers, most_workers));
  }
  if (setup.steps == 0 && setup.episodes < 1) {
    return usage_error(fmt::format("{} episodes, but there must be at least 1", setup.episodes));
  }
  if (setup.conditions.size() != static_cast<std::size_t>(setup.workers)) {
    return usage_error(fmt::format("{} training velocities for {} workers: there must be one a worker",
                                   setup.conditions.size(), setup.workers));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Training>> Training::create(const TrainingSetup& setup) {
  WINDHOVER_RETURN_IF_ERROR(check(setup));
  const auto environment = env::find(setup.environment);
  if (!environment) return Failure(environment.error());
  auto group =
      (*environment)
          ->make_group(setup.environment_config,
                       {.seed = setup.seed, .mode = env::Mode::training, .conditions = setup.conditions});
  if (!group) return Failure(group.error());
  WINDHOVER_RETURN_IF_ERROR(
      nn::validate(setup.learner.architecture((*group)->observation_size(), (*group)->action_count())));
  if (setup.learner.schedule == "threads") {
    if ((*group)->shares_rewards()) {
      return usage_error(
          "the 'threads' schedule steps workers one by one and can not share rewards: use 'logical'");
    }
    return make_threaded_training(setup, *std::move(group));
  }
  return make_logical_training(setup, *std::move(group));
}

}  // namespace windhover::rl

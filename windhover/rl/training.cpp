#include "windhover/rl/training.hpp"

#include <limits>

#include "windhover/rl/training_base.hpp"

namespace windhover::rl {
namespace {

constexpr int most_workers = 65535;  // a stream's name has 16 bits for the worker

Result<void> check(const TrainingSetup& setup, const Arm& arm) {
  if (setup.workers < 1 || setup.workers > most_workers) {
    return usage_error(
        fmt::format("{} workers, but there must be between 1 and {}", setup.workers, most_workers));
  }
  if (setup.steps == 0 && setup.episodes < 1) {
    return usage_error(fmt::format("{} episodes, but there must be at least 1", setup.episodes));
  }
  constexpr std::uint64_t most_episodes = std::numeric_limits<std::uint32_t>::max();  // as a stream's name
  if (setup.steps == 0 &&
      static_cast<std::uint64_t>(setup.episodes) > most_episodes / arm.budget_factor(setup.workers)) {
    return usage_error(fmt::format("{} episodes for each of {} workers are more than the arm {} can count",
                                   setup.episodes, setup.workers, arm.name));
  }
  if (setup.conditions.size() != static_cast<std::size_t>(setup.workers)) {
    return usage_error(fmt::format("{} training velocities for {} workers: there must be one a worker",
                                   setup.conditions.size(), setup.workers));
  }
  return {};
}

/// The one that the setup's schedule asks for.
std::unique_ptr<Training> make_training(const TrainingSetup& setup, const Arm& arm,
                                        std::unique_ptr<env::Group> group) {
  if (setup.learner.schedule == "threads") return make_threaded_training(setup, std::move(group));
  if (setup.learner.delay != LearnerConfig::no_delay) return make_delayed_training(setup, std::move(group));
  if (arm.averaged_gradients) return make_synchronous_training(setup, std::move(group));
  return make_logical_training(setup, std::move(group));
}

}  // namespace

Result<std::unique_ptr<Training>> Training::create(const TrainingSetup& setup) {
  const auto arm = find_arm(setup.arm);
  if (!arm) return Failure(arm.error());
  WINDHOVER_RETURN_IF_ERROR(check(setup, **arm));
  const auto environment = env::find(setup.environment);
  if (!environment) return Failure(environment.error());
  auto group =
      (*environment)
          ->make_group(setup.environment_config,
                       {.seed = setup.seed, .mode = env::Mode::training, .conditions = setup.conditions});
  if (!group) return Failure(group.error());
  WINDHOVER_RETURN_IF_ERROR(
      nn::validate(setup.learner.architecture((*group)->observation_size(), (*group)->action_count())));
  WINDHOVER_RETURN_IF_ERROR(check_schedule(setup.learner, **arm, (*group)->shares_rewards()));
  auto training = make_training(setup, **arm, *std::move(group));
  if (setup.stop.stop_requested()) return stopped();
  return training;
}

}  // namespace windhover::rl

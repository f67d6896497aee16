#include "apps/windhover/evaluation_arguments.hpp"

#include "apps/windhover/plan_arguments.hpp"

#include "windhover/study/table_reader.hpp"

namespace windhover::app {

void add_evaluation_options(const Command& command, EvaluationArguments& arguments,
                            const EvaluationDefaults& defaults) {
  command.add_option("--environment", arguments.environment,
                     "a name from the registry; " + defaults.environment);
  command.add_option("--profile", arguments.profile, "a profile of the environment; " + defaults.profile);
  command.add_numbers("--velocities", arguments.velocities, 0, study::highest_condition,
                      "test conditions (offload: velocities, km/h); " + defaults.velocities);
  command
      .add_option("--workers", arguments.workers,
                  "size of the fleet where the profile flies one; " + defaults.workers)
      .whole_number(1, study::most_workers);
  command.add_option("--episodes", arguments.episodes, "episodes a condition; " + defaults.episodes)
      .whole_number(1, defaults.most_episodes);
  command.add_option("--seed", arguments.seed, "seed of the episodes; " + defaults.seed)
      .whole_number(0, study::largest_seed);
  add_overrides(command, arguments.overrides, "environment_fields.max_steps=200, training.workers=3");
}

Result<study::EvaluationRequest> request_of(const EvaluationArguments& arguments) {
  auto given = study::Document::parse("", "the command line");
  if (!given) return Failure(given.error());
  if (!arguments.environment.empty()) given->assign("environment", arguments.environment, "--environment");
  if (!arguments.profile.empty()) given->assign("profile", arguments.profile, "--profile");
  if (!arguments.velocities.empty())
    given->assign("evaluation.velocities", arguments.velocities, "--velocities");
  if (arguments.workers) given->assign("training.workers", *arguments.workers, "--workers");
  if (arguments.episodes) given->assign("evaluation.episodes", *arguments.episodes, "--episodes");
  WINDHOVER_RETURN_IF_ERROR(given->override_with(arguments.overrides));
  return study::EvaluationRequest{.keys = *std::move(given), .seed = arguments.seed};
}

}  // namespace windhover::app

#include <memory>
#include <optional>

#include "apps/windhover/command.hpp"
#include "apps/windhover/console.hpp"
#include "apps/windhover/model_file.hpp"
#include "apps/windhover/progress_display.hpp"
#include "apps/windhover/scores.hpp"
#include <fmt/format.h>

#include "windhover/env/registry.hpp"
#include "windhover/rl/evaluation.hpp"
#include "windhover/study/limits.hpp"
#include "windhover/study/settings.hpp"
#include "windhover/study/table_reader.hpp"

namespace windhover::app {
namespace {

struct EvalArguments {
  std::filesystem::path model;
  std::string environment = "offload";
  std::string profile;
  std::vector<double> velocities;
  int episodes = 100;
  int workers = 5;
  std::uint64_t seed = 42;
  bool json = false;
};

Result<rl::EvaluationSetup> make_setup(const EvalArguments& arguments, const env::Description& environment) {
  const auto& profile = arguments.profile.empty() ? environment.profiles.front() : arguments.profile;
  auto config = environment.configure(profile, Json::object());
  if (!config) return Failure(config.error());
  const int members = environment.evaluation_members(*config, arguments.workers);
  return rl::EvaluationSetup{
      .environment = environment.name,
      .environment_config = *std::move(config),
      .seed = arguments.seed,
      .conditions = arguments.velocities.empty() ? environment.test_conditions : arguments.velocities,
      .episodes = arguments.episodes,
      .members = members};
}

Result<std::vector<EvaluationRow>> evaluate(const nn::Checkpoint& checkpoint,
                                            const rl::EvaluationSetup& setup) {
  const auto fits = rl::check_evaluation(
      checkpoint.architecture, 1,
      {.conditions = setup.conditions.size(), .episodes = setup.episodes, .members = setup.members});
  if (!fits) return in_context("--episodes", fits.error());
  const auto display = make_progress_display();
  display->activity({.what = "evaluation"});
  const std::vector<std::span<const float>> models = {checkpoint.parameters};
  return rl::evaluate(checkpoint.architecture, models, setup, {});
}

Result<int> run(const EvalArguments& arguments) {
  const auto environment = env::find(arguments.environment);
  if (!environment) return Failure(environment.error());
  const auto checkpoint = read_model(arguments.model);
  if (!checkpoint) return Failure(checkpoint.error());
  const auto setup = make_setup(arguments, **environment);
  if (!setup) return Failure(setup.error());
  const auto rows = evaluate(*checkpoint, *setup);
  if (!rows) return in_context(arguments.model.string(), rows.error());

  const auto scores = scores_of(*rows);
  const auto& actions = (*environment)->action_names;
  if (!arguments.json) {
    console::print("{}  {}\n", arguments.model.string(), checkpoint->architecture.text());
    console::print_lines(scores_text(scores, **environment));
    return exit_done;
  }
  const Json result = {{"model", arguments.model.string()},
                       {"architecture", checkpoint->architecture.text()},
                       {"environment", arguments.environment},
                       {"environment_fields", setup->environment_config},
                       {"seed", arguments.seed},
                       {"members", setup->members},
                       {"scores", scores_json(scores, actions)}};
  console::print_json(result);
  return exit_done;
}

}  // namespace

void add_eval(const Command& app, Invocation& invocation) {
  const auto arguments = std::make_shared<EvalArguments>();
  const Command command = app.add_subcommand("eval", "score a trained model, greedily and sampled");
  command.add_option("model", arguments->model, "a safetensors checkpoint")
      .type_name("MODEL.safetensors")
      .required();
  command.add_option("--environment", arguments->environment, "a name from the registry").shows_default();
  command.add_option("--profile", arguments->profile, "a profile of the environment; its first if not given");
  command
      .add_option("--velocities", arguments->velocities,
                  "test conditions (offload: velocities, km/h); if not given, those a study has by default")
      .separated_by(',')
      .number(0, study::highest_condition);
  command
      .add_option("--episodes", arguments->episodes,
                  "episodes a velocity; a fleet of n flies a share of 1/n of them")
      .whole_number(1, study::most_episodes)
      .shows_default();
  command.add_option("--workers", arguments->workers, "size of the fleet where the profile flies one")
      .whole_number(1, study::most_workers)
      .shows_default();
  command.add_option("--seed", arguments->seed, "seed of the episodes")
      .whole_number(0, study::largest_seed)
      .shows_default();
  command.add_flag("--json", arguments->json, "print the scores as JSON");
  command.footer(
      "Examples:\n"
      "  windhover eval out/paper/runs/gru+ln/a3c/seed-42/model.safetensors\n"
      "  windhover eval model.safetensors --profile sound --velocities 5,20,100 --episodes 400 --json\n"
      "  windhover eval model.safetensors --environment cartpole");
  command.when_given(
      [arguments, &invocation] { invocation.action = [arguments] { return run(*arguments); }; });
}

}  // namespace windhover::app

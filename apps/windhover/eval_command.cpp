#include <memory>

#include "apps/windhover/command.hpp"
#include "apps/windhover/console.hpp"
#include "apps/windhover/evaluation_arguments.hpp"
#include "apps/windhover/model_file.hpp"
#include "apps/windhover/progress_display.hpp"
#include "apps/windhover/scores.hpp"

#include "windhover/rl/evaluation.hpp"
#include "windhover/study/evaluation_plan.hpp"

namespace windhover::app {
namespace {

struct EvalArguments {
  std::filesystem::path model;
  EvaluationArguments evaluation;
  bool json = false;
};

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

Json result_json(const EvalArguments& arguments, const nn::Checkpoint& checkpoint,
                 const study::EvaluationPlan& plan, const std::vector<Score>& scores) {
  return {{"model", arguments.model.string()},
          {"architecture", checkpoint.architecture.text()},
          {"environment", plan.basis.environment->name},
          {"profile", plan.basis.profile},
          {"environment_fields", plan.environment.json()},
          {"workers", plan.workers},
          {"episodes", plan.evaluation.episodes},
          {"seed", plan.seed},
          {"members", plan.setup().members},
          {"scores", scores_json(scores, plan.basis.environment->action_names)}};
}

Result<int> run(const EvalArguments& arguments) {
  const auto request = request_of(arguments.evaluation);
  if (!request) return Failure(request.error());
  const auto checkpoint = read_model(arguments.model);
  if (!checkpoint) return Failure(checkpoint.error());
  const auto own = study::origin_of(checkpoint->metadata, arguments.model.string());
  if (!own) return Failure(own.error());
  const auto plan = study::plan_evaluation(*request, *own);
  if (!plan) return Failure(plan.error());
  for (const auto& line : study::sources_of(*plan, *request, *own)) console::say("{}\n", line);
  const auto rows = evaluate(*checkpoint, plan->setup());
  if (!rows) return in_context(arguments.model.string(), rows.error());

  const auto scores = scores_of(*rows);
  if (arguments.json) {
    console::print_json(result_json(arguments, *checkpoint, *plan, scores));
    return exit_done;
  }
  console::print("{}  {}\n", arguments.model.string(), checkpoint->architecture.text());
  console::print_lines(scores_text(scores, *plan->basis.environment));
  return exit_done;
}

}  // namespace

void add_eval(const Command& app, Invocation& invocation) {
  const auto arguments = std::make_shared<EvalArguments>();
  const Command command = app.add_subcommand("eval", "score a trained model, greedily and sampled");
  command.add_option("model", arguments->model, "a safetensors checkpoint")
      .type_name("MODEL.safetensors")
      .required();
  const std::string own = "the model's own if not given";
  add_evaluation_options(command, arguments->evaluation,
                         {.environment = own,
                          .profile = own,
                          .velocities = own,
                          .workers = own,
                          .episodes = "a fleet of n flies a share of 1/n of them; " + own,
                          .seed = own});
  command.add_flag("--json", arguments->json, "print the scores as JSON");
  command.footer(
      "Examples:\n"
      "  windhover eval out/paper/runs/gru+ln/a3c/seed-42/model.safetensors\n"
      "  windhover eval model.safetensors --velocities 5,20,100 --episodes 400 --json\n"
      "  windhover eval model.safetensors --profile sound --set environment_fields.cloud_units=200\n"
      "Without options a model of a study is scored as the study scored it, in the same episodes: by what "
      "its\n"
      "metadata says of its run. What that is, and what options change of it, is said on stderr. A model "
      "that\n"
      "says nothing of a run is scored as a study does by default. Another environment leaves out the "
      "model's\n"
      "profile, fields and conditions, another profile its fields.");
  command.when_given(
      [arguments, &invocation] { invocation.action = [arguments] { return run(*arguments); }; });
}

}  // namespace windhover::app

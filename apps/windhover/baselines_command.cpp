#include <memory>

#include "apps/windhover/command.hpp"
#include "apps/windhover/console.hpp"
#include "apps/windhover/evaluation_arguments.hpp"
#include "apps/windhover/progress_display.hpp"
#include "apps/windhover/scores.hpp"
#include "apps/windhover/text.hpp"
#include <fmt/format.h>

#include "windhover/bound/upper_bound.hpp"
#include "windhover/study/baselines.hpp"
#include "windhover/study/evaluation_plan.hpp"

namespace windhover::app {
namespace {

struct BaselinesArguments {
  EvaluationArguments evaluation;
  bool search = false;
  bool selfish = false;
  bool bound = false;
  bool json = false;
};

constexpr std::uint64_t most_episodes = 1'000'000;  ///< each takes its time, a linear program even more

/// Everything that was asked for.
struct Baselines {
  std::vector<env::PolicyScore> policies;
  std::vector<env::PolicyScore> bounds;
};

/// For `offload` the velocities of its table of simple policies.
std::vector<double> default_velocities(const env::Description& environment, const std::string& profile) {
  if (environment.name != "offload") return environment.test_conditions;
  return profile == "sound" ? std::vector<double>{5, 20, 100} : std::vector<double>{5, 50, 100};
}

std::vector<env::SearchFor> searches(const BaselinesArguments& arguments) {
  std::vector<env::SearchFor> all;
  if (arguments.search) all.push_back(env::SearchFor::group);
  if (arguments.selfish) all.push_back(env::SearchFor::self);
  return all;
}

Result<Baselines> score(const BaselinesArguments& arguments, const study::EvaluationPlan& plan) {
  const auto& environment = *plan.basis.environment;
  const auto& [velocities, episodes] = plan.evaluation;
  Baselines all;
  const auto display = make_progress_display();
  const Watch watch = study::watch_by(*display);
  watch.tell({.what = "simple policies"});
  auto scores =
      environment.score_simple_policies(plan.environment, velocities, plan.workers, episodes, plan.seed, {});
  if (!scores) return Failure(scores.error());
  all.policies = *std::move(scores);
  for (const auto whom : searches(arguments)) {
    if (!environment.score_searched_policy)
      return usage_error(fmt::format("environment '{}' has no policy to search", environment.name));
    watch.tell({.what = whom == env::SearchFor::group ? "search for the best simple policy"
                                                      : "search for the selfish simple policy"});
    const auto found = environment.score_searched_policy(plan.environment, velocities, plan.workers, episodes,
                                                         plan.seed, whom, {});
    if (!found) return Failure(found.error());
    all.policies.insert(all.policies.end(), found->begin(), found->end());
  }
  if (!arguments.bound) return all;
  for (const double velocity : velocities) {
    const auto bounds = bound::upper_bounds(environment, plan.environment, std::vector{velocity},
                                            plan.workers, episodes, plan.seed, watch);
    if (!bounds) return Failure(bounds.error());
    all.bounds.push_back(bounds->front());
    display->note(fmt::format("upper bound at {:g}: {} linear programs solved", velocity, episodes));
  }
  return all;
}

void print_scores(const Baselines& baselines, const env::Description& environment) {
  std::vector<std::vector<std::string>> rows = {
      {"policy", condition_head(environment), "mean", "standard error", "episodes"}};
  for (const auto& scores : {baselines.policies, baselines.bounds}) {
    for (const auto& score : scores) {
      rows.push_back({score.policy, fmt::format("{:g}", score.condition), fmt::format("{:.2f}", score.mean),
                      fmt::format("{:.2f}", score.standard_error), std::to_string(score.episodes)});
    }
  }
  console::print_lines(table_text(rows));
}

/// What is scored where no option says otherwise.
Result<study::Document> defaults_for(const study::EvaluationRequest& request) {
  auto defaults = study::Document::parse("", "windhover baselines");
  if (!defaults) return defaults;
  const auto basis = study::read_basis(request.keys);
  if (!basis) return Failure(basis.error());
  defaults->assign("evaluation.velocities", default_velocities(*basis->environment, basis->profile), "");
  defaults->assign("evaluation.episodes", study::baseline_episodes, "");
  defaults->assign("seed", study::baseline_seed, "");
  return defaults;
}

Result<study::EvaluationPlan> make_plan(const BaselinesArguments& arguments) {
  const auto request = request_of(arguments.evaluation);
  if (!request) return Failure(request.error());
  const auto defaults = defaults_for(*request);
  if (!defaults) return Failure(defaults.error());
  auto plan = study::plan_evaluation(*request, *defaults);
  if (plan && static_cast<std::uint64_t>(plan->evaluation.episodes) > most_episodes) {
    return usage_error(fmt::format("{}: {} episodes, but {} is the most",
                                   request->keys.place("evaluation.episodes"), plan->evaluation.episodes,
                                   most_episodes));
  }
  return plan;
}

Result<int> run(const BaselinesArguments& arguments) {
  const auto plan = make_plan(arguments);
  if (!plan) return Failure(plan.error());
  const auto scores = score(arguments, *plan);
  if (!scores) return Failure(scores.error());
  if (!arguments.json) {
    print_scores(*scores, *plan->basis.environment);
    return exit_done;
  }
  Json result = {{"environment", plan->basis.environment->name},
                 {"profile", plan->basis.profile},
                 {"environment_fields", plan->environment.json()},
                 {"workers", plan->workers},
                 {"episodes", plan->evaluation.episodes},
                 {"seed", plan->seed},
                 {"policies", described::to_json(study::recorded_scores(scores->policies))}};
  if (arguments.bound) result["upper_bound"] = described::to_json(study::recorded_bound(scores->bounds));
  console::print_json(result);
  return exit_done;
}

}  // namespace

void add_baselines(const Command& app, Invocation& invocation) {
  const auto arguments = std::make_shared<BaselinesArguments>();
  const Command command =
      app.add_subcommand("baselines", "score the simple policies that a learner has to beat");
  add_evaluation_options(
      command, arguments->evaluation,
      {.environment = "offload if not given",
       .profile = "its first if not given",
       .velocities = "offload: 5,50,100 if not given, and 5,20,100 in the profile sound",
       .workers = "5 if not given",
       .episodes = fmt::format("or fleet episodes; {} if not given", study::baseline_episodes),
       .seed = fmt::format("{} if not given", study::baseline_seed),
       .most_episodes = most_episodes});
  command.add_flag(
      "--search", arguments->search,
      "also search the two numbers of the threshold rule, on other episodes than it is scored in");
  command.add_flag(
      "--selfish", arguments->selfish,
      "also search the threshold rule where a fleet ends whose members are each after their own return");
  command.add_flag("--bound", arguments->bound,
                   "also bound what any policy can earn in these episodes, by linear programs");
  command.add_flag("--json", arguments->json, "print the scores as JSON");
  command.footer(
      "Examples:\n"
      "  windhover baselines --profile paper\n"
      "  windhover baselines --profile paper --search --bound\n"
      "  windhover baselines --profile sound --search --selfish\n"
      "  windhover baselines --profile sound --velocities 5,20,100 --episodes 400 --json\n"
      "  windhover baselines --profile sound --set environment_fields.cloud_units=200\n"
      "  windhover baselines --environment repeat-previous --profile hard");
  command.when_given(
      [arguments, &invocation] { invocation.action = [arguments] { return run(*arguments); }; });
}

}  // namespace windhover::app

#include <memory>

#include "apps/windhover/command.hpp"
#include "apps/windhover/console.hpp"
#include "apps/windhover/progress_display.hpp"
#include "apps/windhover/scores.hpp"
#include "apps/windhover/text.hpp"
#include <fmt/format.h>

#include "windhover/bound/upper_bound.hpp"
#include "windhover/study/baselines.hpp"
#include "windhover/study/settings.hpp"
#include "windhover/study/table_reader.hpp"

namespace windhover::app {
namespace {

struct BaselinesArguments {
  std::string environment = "offload";
  std::string profile;
  std::vector<double> velocities;
  int workers = 5;
  int episodes = study::baseline_episodes;
  std::uint64_t seed = study::baseline_seed;
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

Result<Baselines> score(const BaselinesArguments& arguments, const env::Description& environment,
                        const Json& config) {
  Baselines all;
  const auto display = make_progress_display();
  const Watch watch = study::watch_by(*display);
  watch.tell({.what = "simple policies"});
  auto scores = environment.score_simple_policies(config, arguments.velocities, arguments.workers,
                                                  arguments.episodes, arguments.seed, {});
  if (!scores) return Failure(scores.error());
  all.policies = *std::move(scores);
  for (const auto whom : searches(arguments)) {
    if (!environment.score_searched_policy)
      return usage_error(fmt::format("environment '{}' has no policy to search", environment.name));
    watch.tell({.what = whom == env::SearchFor::group ? "search for the best simple policy"
                                                      : "search for the selfish simple policy"});
    const auto found = environment.score_searched_policy(config, arguments.velocities, arguments.workers,
                                                         arguments.episodes, arguments.seed, whom, {});
    if (!found) return Failure(found.error());
    all.policies.insert(all.policies.end(), found->begin(), found->end());
  }
  if (!arguments.bound) return all;
  for (const double velocity : arguments.velocities) {
    const auto bounds = bound::upper_bounds(environment, config, std::vector{velocity}, arguments.workers,
                                            arguments.episodes, arguments.seed, watch);
    if (!bounds) return Failure(bounds.error());
    all.bounds.push_back(bounds->front());
    display->note(
        fmt::format("upper bound at {:g}: {} linear programs solved", velocity, arguments.episodes));
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

Result<int> run(BaselinesArguments arguments) {
  const auto environment = env::find(arguments.environment);
  if (!environment) return Failure(environment.error());
  if (arguments.profile.empty()) arguments.profile = (*environment)->profiles.front();
  const auto config = (*environment)->configure(arguments.profile, Json::object());
  if (!config) return Failure(config.error());
  if (arguments.velocities.empty())
    arguments.velocities = default_velocities(**environment, arguments.profile);
  const auto scores = score(arguments, **environment, *config);
  if (!scores) return Failure(scores.error());
  if (!arguments.json) {
    print_scores(*scores, **environment);
    return exit_done;
  }
  Json result = {{"environment", arguments.environment},
                 {"profile", arguments.profile},
                 {"workers", arguments.workers},
                 {"episodes", arguments.episodes},
                 {"seed", arguments.seed},
                 {"policies", study::scores_to_json(scores->policies)}};
  if (arguments.bound) result["upper_bound"] = study::bound_to_json(scores->bounds);
  console::print_json(result);
  return exit_done;
}

}  // namespace

void add_baselines(const Command& app, Invocation& invocation) {
  const auto arguments = std::make_shared<BaselinesArguments>();
  const Command command =
      app.add_subcommand("baselines", "score the simple policies that a learner has to beat");
  command.add_option("--environment", arguments->environment, "a name from the registry").shows_default();
  command.add_option("--profile", arguments->profile, "a profile of the environment; its first if not given");
  command
      .add_option(
          "--velocities", arguments->velocities,
          "test conditions (offload: velocities, km/h; 5,50,100 if not given, and 5,20,100 in the profile "
          "sound)")
      .separated_by(',')
      .number(0, study::highest_condition);
  command.add_option("--workers", arguments->workers, "size of the fleet where the profile flies one")
      .whole_number(1, study::most_workers)
      .shows_default();
  command.add_option("--episodes", arguments->episodes, "episodes, or fleet episodes, a velocity")
      .whole_number(1, most_episodes)
      .shows_default();
  command.add_option("--seed", arguments->seed, "seed of the episodes")
      .whole_number(0, study::largest_seed)
      .shows_default();
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
      "  windhover baselines --environment repeat-previous --profile hard");
  command.when_given(
      [arguments, &invocation] { invocation.action = [arguments] { return run(*arguments); }; });
}

}  // namespace windhover::app

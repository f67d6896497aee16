#include <map>
#include <memory>
#include <optional>

#include "apps/windhover/command.hpp"
#include "apps/windhover/console.hpp"
#include "apps/windhover/plan_arguments.hpp"
#include "apps/windhover/scores.hpp"
#include "apps/windhover/session.hpp"
#include "apps/windhover/text.hpp"
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "windhover/record/record.hpp"
#include "windhover/study/folder_lock.hpp"
#include "windhover/study/table_reader.hpp"

namespace windhover::app {
namespace {

struct TrainArguments {
  std::string cell;
  std::optional<bool> recurrent;
  std::optional<bool> layer_norm;
  std::string arm = "a3c";
  std::string environment;
  std::string profile;
  std::uint64_t seed = 42;
  std::vector<std::string> overrides;
  std::filesystem::path out = "out/train";
  bool accept_build = false;
  bool fresh = false;
  bool json = false;
};

struct Switches {
  bool recurrent;
  bool layer_norm;
};

const std::map<std::string, Switches>& cells() {
  static const std::map<std::string, Switches> all = {{"gru+ln", {.recurrent = true, .layer_norm = true}},
                                                      {"gru", {.recurrent = true, .layer_norm = false}},
                                                      {"mlp+ln", {.recurrent = false, .layer_norm = true}},
                                                      {"mlp", {.recurrent = false, .layer_norm = false}}};
  return all;
}

/// A study of this one run.
Result<study::Plan> make_plan(const TrainArguments& arguments) {
  auto document = study::Document::parse("name = \"train\"", "windhover train");
  if (!document) return Failure(document.error());
  document->assign("seeds", Json::array({arguments.seed}), "--seed");
  document->assign("arms", Json::array({arguments.arm}), "--arm");
  if (!arguments.environment.empty()) document->assign("environment", arguments.environment, "--environment");
  if (!arguments.profile.empty()) document->assign("profile", arguments.profile, "--profile");
  if (const auto cell = cells().find(arguments.cell); cell != cells().end()) {
    document->assign("learner.recurrent", cell->second.recurrent, "--cell");
    document->assign("learner.layer_norm", cell->second.layer_norm, "--cell");
  }
  if (arguments.recurrent) document->assign("learner.recurrent", *arguments.recurrent, "--recurrent");
  if (arguments.layer_norm) document->assign("learner.layer_norm", *arguments.layer_norm, "--layer-norm");
  WINDHOVER_RETURN_IF_ERROR(document->override_with(arguments.overrides));
  auto plan = study::make_plan(*document, false);
  if (plan && study::runs_of(*plan).size() != 1) {
    return usage_error("windhover train: more than one run; 'windhover study' is for those");
  }
  return plan;
}

Result<int> show(const TrainArguments& arguments, const study::Plan& plan) {
  const auto id = study::runs_of(plan).front().id;
  const auto run = record::read_run(arguments.out, id, record::Rows::read);
  if (!run) return Failure(run.error());
  const auto folder = (arguments.out / "runs" / id.folder()).string();
  if (run->summary.failed()) return failure(run->summary.diagnosis);
  const auto scores = scores_of(run->evaluation);
  const auto& environment = *plan.cells.front().basis.environment;
  const auto& actions = environment.action_names;
  if (arguments.json) {
    const Json result = {{"run", folder},
                         {"models", run->summary.models},
                         {"parameters", run->summary.parameters},
                         {"steps", run->summary.steps},
                         {"training_seconds", run->summary.training_seconds},
                         {"digest", run->summary.digest},
                         {"scores", scores_json(scores, actions)}};
    console::print_json(result);
    return exit_done;
  }
  console::print_lines(scores_text(scores, environment) + "\n");
  console::print("steps {} in {}\ndigest {}\nrun {}\n", run->summary.steps,
                 duration_text(run->summary.training_seconds), run->summary.digest, folder);
  return exit_done;
}

/// --fresh is for the earlier run, not for somebody's study.
Result<void> require_no_study(const std::filesystem::path& out) {
  const auto header = record::read_study_header(out);
  // What else may be there, or who works there, is looked at before anything is removed.
  if (!header || !study::FolderLock::holder(out).empty()) return {};
  const auto runs = record::run_ids(*header).size();
  if (runs == 1) return {};
  return usage_error(fmt::format(
      "'{}' holds the study '{}' with {} runs, which 'train --fresh' does not remove; give another "
      "--out. Nothing was changed",
      out.string(), header->name, runs));
}

Result<int> run(const TrainArguments& arguments, const std::vector<std::string>& command_line) {
  const auto plan = make_plan(arguments);
  if (!plan) return Failure(plan.error());
  if (arguments.fresh) WINDHOVER_RETURN_IF_ERROR(require_no_study(arguments.out));
  const auto outcome = run_session(
      *plan,
      {.out = arguments.out, .jobs = 1, .fresh = arguments.fresh, .accept_build = arguments.accept_build});
  if (!outcome) return Failure(outcome.error());
  if (outcome->stopped) return report_stop(*outcome, command_line);
  return show(arguments, *plan);
}

void add_network_options(const Command& command, const std::shared_ptr<TrainArguments>& arguments) {
  std::vector<std::string> names;
  for (const auto& [name, switches] : cells()) names.push_back(name);
  const Option cell = command
                          .add_option("--cell", arguments->cell,
                                      "the network: gru+ln, gru, mlp+ln or mlp; gru+ln if not given")
                          .one_of(names);
  command
      .add_flag(
          "--recurrent", [arguments] { arguments->recurrent = true; }, "a GRU (the default)")
      .excludes(cell);
  command
      .add_flag(
          "--no-recurrent", [arguments] { arguments->recurrent = false; }, "feed-forward")
      .excludes(cell);
  command
      .add_flag(
          "--layer-norm", [arguments] { arguments->layer_norm = true; }, "with LayerNorm (the default)")
      .excludes(cell);
  command
      .add_flag(
          "--no-layer-norm", [arguments] { arguments->layer_norm = false; }, "without LayerNorm")
      .excludes(cell);
}

}  // namespace

void add_train(const Command& app, Invocation& invocation) {
  const auto arguments = std::make_shared<TrainArguments>();
  const Command command =
      app.add_subcommand("train", "train and evaluate one run; goes on where it was stopped");
  add_network_options(command, arguments);
  command.add_option("--arm", arguments->arm, fmt::format("{}", fmt::join(rl::arm_names(), ", ")))
      .shows_default();
  command.add_option("--environment", arguments->environment,
                     "a name from the registry; offload if not given");
  command.add_option("--profile", arguments->profile, "a profile of the environment; its first if not given");
  command.add_option("--seed", arguments->seed, "the run's seed")
      .whole_number(0, study::largest_seed)
      .shows_default();
  add_overrides(command, arguments->overrides);
  command.add_option("--out", arguments->out, "the output folder").type_name("DIR").shows_default();
  command.add_flag("--accept-build", arguments->accept_build,
                   "go on with a run that another build of windhover began; its record names both");
  command.add_flag("--fresh", arguments->fresh,
                   "start over: removes the earlier run from the output folder; a study is not removed");
  command.add_flag("--json", arguments->json, "print the scores as JSON");
  command.footer(
      "Examples:\n"
      "  windhover train --cell gru+ln --arm a3c --seed 42 --out out/train\n"
      "  windhover train --no-recurrent --arm individual --set learner.lr=3e-4 --json --out out/individual\n"
      "  windhover train --environment cartpole --set training.steps=20000 --out out/cartpole\n"
      "The model and the rows are in DIR/runs/CELL/ARM/seed-N.");
  command.when_given([arguments, &invocation] {
    invocation.action = [arguments, &invocation] { return run(*arguments, invocation.arguments); };
  });
}

}  // namespace windhover::app

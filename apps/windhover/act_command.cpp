#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "apps/windhover/command.hpp"
#include "apps/windhover/console.hpp"
#include "apps/windhover/evaluation_arguments.hpp"
#include "apps/windhover/model_file.hpp"
#include "apps/windhover/plan_arguments.hpp"
#include "apps/windhover/standard_input.hpp"
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "windhover/core/number_range.hpp"
#include "windhover/rl/actor.hpp"
#include "windhover/rl/observation_text.hpp"
#include "windhover/study/evaluation_plan.hpp"
#include "windhover/study/table_reader.hpp"

namespace windhover::app {
namespace {

constexpr std::uint64_t last_episode = 2'147'483'647;
constexpr int every_member = -1;

struct ActArguments {
  std::filesystem::path model;
  bool trace = false;
  bool sampled = false;
  std::optional<double> condition;
  std::optional<std::uint64_t> seed;
  std::uint64_t episode = 0;
  std::optional<int> member;
  std::vector<std::string> overrides;
  bool json = false;

  [[nodiscard]] ActionChoice choice() const { return sampled ? ActionChoice::sampled : ActionChoice::greedy; }
};

/// What is printed of a step, or of an observation alone. Every line is a list of numbers and names in the
/// order of the columns.
class Printer {
 public:
  Printer(std::vector<std::string> action_names, bool json)
      : action_names_(std::move(action_names)), json_(json) {}

  void print_head_of_decisions() const {
    if (!json_) console::print("{},action,value\n", fmt::join(probability_columns(), ","));
  }

  void print(const rl::Decision& decision) const {
    if (json_) {
      console::print("{{{}}}\n", decision_json(decision.probabilities, decision.action, decision.value));
    } else {
      console::print("{}\n", decision_csv(decision.probabilities, decision.action, decision.value));
    }
  }

  void print_head_of_steps(const std::vector<std::string>& observations,
                           const std::vector<env::HiddenNumber>& hidden) {
    for (const auto& number : hidden) hidden_names_.push_back(number.name);
    if (json_) return;
    std::vector<std::string> columns = {"step", "member"};
    for (const auto& name : observations) columns.push_back(std::string(rl::observation_prefix) + name);
    for (const auto& name : probability_columns()) columns.push_back(name);
    columns.insert(columns.end(), {"action", "value", "reward"});
    for (const auto& name : hidden_names_) columns.push_back("hidden_" + name);
    console::print("{}\n", fmt::join(columns, ","));
  }

  void print(const rl::TracedStep& step) const {
    const auto seen = fmt::format("{}", fmt::join(step.observation, ","));
    if (!json_) {
      auto line = fmt::format("{},{},{},{},{}", step.step, step.member, seen,
                              decision_csv(step.probabilities, step.action, step.value), step.reward);
      for (const double value : step.hidden) line += fmt::format(",{}", value);
      console::print("{}\n", line);
      return;
    }
    std::vector<std::string> hidden;
    for (std::size_t i = 0; i < step.hidden.size(); ++i)
      hidden.push_back(fmt::format("\"{}\":{}", hidden_names_[i], step.hidden[i]));
    console::print(
        "{}\n",
        fmt::format(R"({{"step":{},"member":{},"observation":[{}],{},"reward":{},"hidden":{{{}}}}})",
                    step.step, step.member, seen, decision_json(step.probabilities, step.action, step.value),
                    step.reward, fmt::join(hidden, ",")));
  }

 private:
  [[nodiscard]] std::vector<std::string> probability_columns() const {
    std::vector<std::string> columns;
    for (const auto& name : action_names_) columns.push_back("probability_" + name);
    return columns;
  }

  [[nodiscard]] const std::string& name_of(int action) const {
    return action_names_[static_cast<std::size_t>(action)];
  }

  [[nodiscard]] std::string decision_csv(std::span<const float> probabilities, int action,
                                         float value) const {
    return fmt::format("{},{},{}", fmt::join(probabilities, ","), name_of(action), value);
  }

  /// Without the braces. Numbers have the fewest digits that read back as the same.
  [[nodiscard]] std::string decision_json(std::span<const float> probabilities, int action,
                                          float value) const {
    std::vector<std::string> named;
    for (std::size_t i = 0; i < probabilities.size(); ++i)
      named.push_back(fmt::format("\"{}\":{}", action_names_[i], probabilities[i]));
    return fmt::format(R"("probabilities":{{{}}},"action":"{}","value":{})", fmt::join(named, ","),
                       name_of(action), value);
  }

  std::vector<std::string> action_names_;
  std::vector<std::string> hidden_names_;
  bool json_;
};

/// "0", "1", ...: for want of names.
std::vector<std::string> numbered(int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.push_back(std::to_string(i));
  return names;
}

/// As the model's own environment calls them, if it is known and has as many.
std::vector<std::string> action_names_of(const nn::Architecture& architecture, const study::Document& own) {
  const Json* name = own.find("environment");
  const auto environment = name != nullptr && name->is_string() ? env::find(name->get<std::string>())
                                                                : Result<const env::Description*>(nullptr);
  const bool fits = environment && *environment != nullptr &&
                    (*environment)->action_names.size() == static_cast<std::size_t>(architecture.actions);
  return fits ? (*environment)->action_names : numbered(architecture.actions);
}

/// The stream that sampled actions are drawn from, as in an evaluation: of the model's own seed and first
/// condition if nothing else is asked for.
Result<StreamName> action_stream(const ActArguments& arguments, const study::Document& own) {
  const auto seed = study::seed_of(arguments.seed, own);
  if (!seed) return Failure(seed.error());
  std::vector<double> conditions = {0.0};
  study::TableReader evaluation(own, "evaluation");
  WINDHOVER_RETURN_IF_ERROR(
      evaluation.numbers("velocities", conditions, {.least = 0, .most = study::highest_condition}));
  return StreamName{.seed = *seed,
                    .purpose = Purpose::evaluation_actions,
                    .worker = static_cast<std::uint16_t>(arguments.member.value_or(0)),
                    .episode = static_cast<std::uint32_t>(arguments.episode),
                    .condition = static_cast<float>(
                        without_sign_of_zero(arguments.condition.value_or(conditions.front())))};
}

Result<void> answer_lines(StreamName name, const ActArguments& arguments, const nn::Checkpoint& checkpoint,
                          const Printer& printer) {
  rl::Actor actor(checkpoint.architecture, checkpoint.parameters, arguments.choice());
  actor.start_episode(name);
  rl::ObservationReader reader(checkpoint.architecture.observations);
  constexpr std::size_t bytes_of_number = 64;
  StandardInput input(std::max<std::size_t>(
      std::size_t{1} << 20,
      bytes_of_number * static_cast<std::size_t>(checkpoint.architecture.observations)));
  bool acted = false;
  for (std::string line; console::has_reader();) {
    const auto more = input.next(line);
    if (!more) return Failure(more.error());
    if (!*more) return {};
    const auto kind = reader.read(line);
    if (!kind) return in_context("the standard input", kind.error());
    if (*kind == rl::ObservationReader::Line::empty && acted) {
      ++name.episode;
      actor.start_episode(name);
      acted = false;
    }
    if (*kind != rl::ObservationReader::Line::observation) continue;
    const auto decision = actor.decide(reader.observation());
    if (!decision) return Failure(decision.error());
    printer.print(*decision);
    acted = true;
  }
  return {};
}

Result<int> answer(const ActArguments& arguments, const nn::Checkpoint& checkpoint,
                   const study::Document& own) {
  if (!arguments.overrides.empty())
    return usage_error("--set changes the environment of a trace, but --trace is not given");
  const auto name = action_stream(arguments, own);
  if (!name) return Failure(name.error());
  if (::isatty(STDIN_FILENO) != 0) {
    console::say("reading observations from the terminal: {} numbers a line, with commas between them\n",
                 checkpoint.architecture.observations);
  }
  const Printer printer(action_names_of(checkpoint.architecture, own), arguments.json);
  printer.print_head_of_decisions();
  WINDHOVER_RETURN_IF_ERROR(answer_lines(*name, arguments, checkpoint, printer));
  return exit_done;
}

/// The evaluation that the episode is one of, which is said, and then its one condition.
Result<study::EvaluationPlan> plan_trace(const ActArguments& arguments, const study::Document& own) {
  auto request = request_of({.seed = arguments.seed, .overrides = arguments.overrides});
  if (!request) return Failure(request.error());
  auto plan = study::plan_evaluation(*request, own);
  if (!plan) return plan;
  for (const auto& line : study::sources_of(*plan, *request, own)) console::say("{}\n", line);
  const double condition = arguments.condition.value_or(plan->evaluation.velocities.front());
  request->keys.assign("evaluation.velocities", Json::array({condition}), "--condition");
  return study::plan_evaluation(*request, own);
}

Result<int> trace(const ActArguments& arguments, const nn::Checkpoint& checkpoint,
                  const study::Document& own) {
  const auto plan = plan_trace(arguments, own);
  if (!plan) return Failure(plan.error());
  const auto setup = plan->setup();
  const int member = arguments.member.value_or(every_member);
  if (member >= setup.members)
    return usage_error(
        fmt::format("--member {}: the members that fly together are 0 to {}", member, setup.members - 1));
  const double condition = plan->evaluation.velocities.front();
  console::say("episode {} at {:g}, {} actions\n", arguments.episode, condition,
               arguments.sampled ? "sampled" : "greedy");

  const auto& environment = *plan->basis.environment;
  Printer printer(environment.action_names, arguments.json);
  bool begun = false;
  const auto print = [&](const rl::TracedStep& step) {
    if (!std::exchange(begun, true)) {
      printer.print_head_of_steps(environment.observation_names
                                      ? environment.observation_names(plan->environment)
                                      : numbered(static_cast<int>(step.observation.size())),
                                  environment.hidden);
    }
    if (member == every_member || member == step.member) printer.print(step);
    return console::has_reader();
  };
  const rl::TracedEpisode episode{.condition = condition,
                                  .choice = arguments.choice(),
                                  .number = static_cast<std::uint32_t>(arguments.episode)};
  const auto traced = rl::trace(checkpoint.architecture, checkpoint.parameters, setup, episode, print);
  if (!traced) return in_context(arguments.model.string(), traced.error());
  return exit_done;
}

Result<int> run(const ActArguments& arguments) {
  const auto checkpoint = read_model(arguments.model);
  if (!checkpoint) return Failure(checkpoint.error());
  const auto own = study::origin_of(checkpoint->metadata, arguments.model.string());
  if (!own) return Failure(own.error());
  return arguments.trace ? trace(arguments, *checkpoint, *own) : answer(arguments, *checkpoint, *own);
}

constexpr const char* footer =
    "Without --trace, an observation is a line of the standard input: numbers with commas between them "
    "(the\n"
    "first line may be a head), or JSON, a list or an object with \"observation\". An answer is a line: the\n"
    "probability of each action, the action, and the value. A recurrent network remembers the lines before; "
    "an\n"
    "empty line starts a new episode. With --trace a line is a step of a member of the model's own "
    "environment:\n"
    "what it observes, the answer, the reward, and what the environment hides at that moment ('windhover\n"
    "environments NAME' says what that is). The model's metadata says which environment, seed and "
    "conditions;\n"
    "the episodes are those of its evaluation. CSV has a head, --json has none.\n"
    "Examples:\n"
    "  windhover act model.safetensors < observations.csv\n"
    "  windhover act model.safetensors --trace --condition 5 --sampled --seed 7\n"
    "  windhover act model.safetensors --trace --member 0 --json | windhover act model.safetensors --json";

}  // namespace

void add_act(const Command& app, Invocation& invocation) {
  const auto arguments = std::make_shared<ActArguments>();
  const Command command =
      app.add_subcommand("act", "what a trained model does: for observations, or in an episode of its own");
  command.add_option("model", arguments->model, "a safetensors checkpoint")
      .type_name("MODEL.safetensors")
      .required();
  command.add_flag("--trace", arguments->trace, "run one episode of the model's own environment");
  command.add_flag("--sampled", arguments->sampled, "draw actions; the most probable one if not given");
  command
      .add_option("--condition", arguments->condition,
                  "the test condition (offload: velocity, km/h); the model's first if not given")
      .number(0, study::highest_condition);
  command.add_option("--seed", arguments->seed, "seed of the episode; the model's own if not given")
      .whole_number(0, study::largest_seed);
  command.add_option("--episode", arguments->episode, "number of the episode in an evaluation")
      .whole_number(0, last_episode)
      .shows_default();
  command
      .add_option("--member", arguments->member,
                  "of those that fly together, the one to print; all if not given")
      .whole_number(0, study::most_workers - 1);
  add_overrides(command, arguments->overrides, "environment_fields.max_steps=200, training.workers=3");
  command.add_flag("--json", arguments->json, "print a JSON object a line");
  command.footer(footer);
  command.when_given(
      [arguments, &invocation] { invocation.action = [arguments] { return run(*arguments); }; });
}

}  // namespace windhover::app

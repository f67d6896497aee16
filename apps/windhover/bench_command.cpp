#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>

#include "apps/windhover/build_info.hpp"
#include "apps/windhover/command.hpp"
#include <fmt/format.h>

#include "windhover/core/random.hpp"
#include "windhover/kernels/kernels.hpp"
#include "windhover/rl/evaluation.hpp"
#include "windhover/rl/training.hpp"
#include "windhover/study/plan.hpp"

namespace windhover::app {
namespace {

struct Arguments {
  std::string cell = "gru+ln";
  std::string arm = "a3c";
  std::string profile = "paper";
  int hidden = 128;
  int workers = 5;
  int episodes = 100;
  int repeats = 5;
  double seconds = 1;  ///< of one repeat
  bool json = false;
};

constexpr std::uint64_t benchmark_seed = 42;
constexpr std::uint64_t slice_steps = 2'000;
constexpr int endless_episodes = 100'000'000;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Calls `work`, which returns the steps it made, for about `seconds`; steps a second.
Result<double> measure_once(double seconds, const std::function<Result<std::uint64_t>()>& work) {
  const auto start = std::chrono::steady_clock::now();
  std::uint64_t steps = 0;
  while (seconds_since(start) < seconds) {
    const auto made = work();
    if (!made) return Failure(made.error());
    steps += *made;
  }
  return static_cast<double>(steps) / seconds_since(start);
}

/// Prints the median over the repeats, after one that only warms up.
Result<int> measure(const Arguments& arguments, Json result,
                    const std::function<Result<std::uint64_t>()>& work) {
  std::vector<double> rates;
  for (int repeat = -1; repeat < arguments.repeats; ++repeat) {
    const auto rate = measure_once(arguments.seconds, work);
    if (!rate) return Failure(rate.error());
    if (repeat >= 0) rates.push_back(*rate);
  }
  std::ranges::sort(rates);
  result["steps_per_second"] = rates[rates.size() / 2];
  result["slowest"] = rates.front();
  result["fastest"] = rates.back();
  result["repeats"] = arguments.repeats;
  result["seconds_per_repeat"] = arguments.seconds;
  result["peak_rss_mb"] = peak_memory_mb();
  result["build"] = build_info();
  result["machine"] = machine_info();
  if (arguments.json) {
    fmt::print("{}\n", result.dump(2));
  } else {
    fmt::print("{}: {:.0f} steps/s, median of {} ({:.0f} to {:.0f}), {:.0f} MB\n",
               result["benchmark"].get<std::string>(), rates[rates.size() / 2], arguments.repeats,
               rates.front(), rates.back(), peak_memory_mb());
  }
  return exit_done;
}

/// The published study's cell and arm, as a study of one run.
Result<study::Plan> make_plan(const Arguments& arguments) {
  auto document = study::Document::parse("name = \"bench\"", "windhover bench");
  if (!document) return Failure(document.error());
  document->assign("profile", arguments.profile, "--profile");
  document->assign("seeds", Json::array({benchmark_seed}), "bench");
  document->assign("arms", Json::array({arguments.arm}), "--arm");
  document->assign("learner.recurrent", arguments.cell.starts_with("gru"), "--cell");
  document->assign("learner.layer_norm", arguments.cell.ends_with("+ln"), "--cell");
  document->assign("learner.hidden", arguments.hidden, "--hidden");
  document->assign("training.workers", arguments.workers, "--workers");
  document->assign("training.episodes", endless_episodes, "bench");
  document->assign("evaluation.episodes", arguments.episodes, "--episodes");
  return study::make_plan(*document, false);
}

Json description(const Arguments& arguments, const char* benchmark) {
  return {{"benchmark", benchmark},     {"cell", arguments.cell},       {"arm", arguments.arm},
          {"hidden", arguments.hidden}, {"workers", arguments.workers}, {"profile", arguments.profile}};
}

Result<int> bench_train(const Arguments& arguments) {
  const auto plan = make_plan(arguments);
  if (!plan) return Failure(plan.error());
  const auto training = rl::Training::create(study::training_setup(*plan, study::runs_of(*plan).front()));
  if (!training) return Failure(training.error());
  return measure(arguments, description(arguments, "train"), [&]() -> Result<std::uint64_t> {
    const auto before = (*training)->steps_done();
    WINDHOVER_RETURN_IF_ERROR((*training)->advance(slice_steps, {}));
    return (*training)->steps_done() - before;
  });
}

Result<int> bench_eval(const Arguments& arguments) {
  const auto plan = make_plan(arguments);
  if (!plan) return Failure(plan.error());
  const auto run = study::runs_of(*plan).front();
  const auto training = rl::Training::create(study::training_setup(*plan, run));
  if (!training) return Failure(training.error());
  const std::vector<std::span<const float>> models = {(*training)->parameters(0)};
  auto setup = study::evaluation_setup(*plan, run);
  setup.conditions.resize(1);
  Json result = description(arguments, "eval");
  result["batch"] = arguments.episodes;
  return measure(arguments, std::move(result), [&]() -> Result<std::uint64_t> {
    const auto rows = rl::evaluate(run.cell->architecture, models, setup, {});
    if (!rows) return Failure(rows.error());
    double steps = 0;
    for (const auto& row : *rows) steps += row.length * setup.members;
    return static_cast<std::uint64_t>(steps);
  });
}

/// One member of the environment alone, with random actions.
class RandomFlight {
 public:
  explicit RandomFlight(std::unique_ptr<env::Group> group)
      : group_(std::move(group)), observation_(static_cast<std::size_t>(group_->observation_size())) {}

  std::uint64_t fly() {
    const auto actions = static_cast<std::uint32_t>(group_->action_count());
    group_->refill_shared_resource();
    group_->start_episode(0, episode_++, observation_);
    for (std::uint64_t steps = 1;; ++steps) {
      if (group_->step(0, static_cast<int>(stream_.uniform_below(actions)), observation_).done())
        return steps;
    }
  }

 private:
  std::unique_ptr<env::Group> group_;
  std::vector<float> observation_;
  Stream stream_{StreamName{.seed = benchmark_seed, .purpose = Purpose::benchmark}};
  std::uint32_t episode_ = 0;
};

Result<int> bench_env(const Arguments& arguments) {
  const auto environment = env::find("offload");
  if (!environment) return Failure(environment.error());
  const auto config = (*environment)->configure(arguments.profile, Json::object());
  if (!config) return Failure(config.error());
  auto group = (*environment)->make_group(*config, {.seed = benchmark_seed, .conditions = {10}});
  if (!group) return Failure(group.error());
  RandomFlight flight(*std::move(group));
  return measure(arguments, {{"benchmark", "env"}, {"profile", arguments.profile}},
                 [&]() -> Result<std::uint64_t> { return flight.fly(); });
}

using Benchmark = Result<int> (*)(const Arguments&);

CLI::App& add_benchmark(CLI::App& bench, const std::shared_ptr<Arguments>& arguments, Invocation& invocation,
                        const char* name, const char* text, Benchmark benchmark) {
  CLI::App& command = *bench.add_subcommand(name, text);
  command.add_option("--profile", arguments->profile, "the environment's profile")->capture_default_str();
  command.add_option("--repeats", arguments->repeats, "the median is over so many")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command.add_option("--seconds", arguments->seconds, "length of one repeat")
      ->check(CLI::Range(0.001, 3600.0))
      ->capture_default_str();
  command.add_flag("--json", arguments->json, "print the result as JSON");
  command.footer(fmt::format("Example:\n  windhover bench {} --json", name));
  command.callback([arguments, &invocation, benchmark] {
    invocation.action = [arguments, benchmark] { return benchmark(*arguments); };
  });
  return command;
}

void add_network_options(CLI::App& command, const std::shared_ptr<Arguments>& arguments) {
  command.add_option("--cell", arguments->cell, "the network")
      ->check(CLI::IsMember({"gru+ln", "gru", "mlp+ln", "mlp"}))
      ->capture_default_str();
  command.add_option("--hidden", arguments->hidden, "units of each hidden layer")->capture_default_str();
}

}  // namespace

void add_bench(CLI::App& app, Invocation& invocation) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App& bench = *app.add_subcommand("bench", "measure this machine: steps per second of one core");
  bench.require_subcommand(1);
  CLI::App& train =
      add_benchmark(bench, arguments, invocation, "train", "trained environment steps", bench_train);
  add_network_options(train, arguments);
  train.add_option("--arm", arguments->arm, "a3c or individual")->capture_default_str();
  train.add_option("--workers", arguments->workers, "workers of the training")->capture_default_str();
  CLI::App& eval =
      add_benchmark(bench, arguments, invocation, "eval", "evaluated environment steps", bench_eval);
  add_network_options(eval, arguments);
  eval.add_option("--episodes", arguments->episodes, "episodes that run as one batch")->capture_default_str();
  add_benchmark(bench, arguments, invocation, "env", "steps of the environment alone, with random actions",
                bench_env);
  bench.footer(
      "Examples:\n"
      "  windhover bench train --cell gru+ln --json\n"
      "  windhover bench train --cell mlp --repeats 9\n"
      "  windhover bench eval --episodes 100\n"
      "  windhover bench env");
}

}  // namespace windhover::app

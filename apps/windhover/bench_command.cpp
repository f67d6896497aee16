#include <memory>

#include "apps/windhover/bench/benchmark.hpp"
#include "apps/windhover/command.hpp"
#include "apps/windhover/console.hpp"
#include "apps/windhover/progress_display.hpp"
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace windhover::app {
namespace {

using Benchmark = Result<Json> (*)(const BenchArguments&);
using Text = std::string (*)(const Json& result);

/// "steps_per_second  105720  (102136 to 107711)" and so on: every number that has a range, for people.
std::string number_lines(const Json& result, const std::string& indent) {
  std::string text;
  for (const auto& [key, value] : result.items()) {
    if (!value.is_number() || !result.contains(key + "_range")) continue;
    const Json& range = result[key + "_range"];
    const int decimals = value.get<double>() < 100 ? 3 : 0;
    text += fmt::format("{}{:<24} {:.{}f}  ({:.{}f} to {:.{}f})\n", indent, key, value.get<double>(),
                        decimals, range[0].get<double>(), decimals, range[1].get<double>(), decimals);
  }
  return text;
}

/// The benchmark's own numbers, then those of each of its parts.
std::string result_text(const Json& result) {
  std::string text = fmt::format("{}: medians of {} repeats\n", result["benchmark"].get<std::string>(),
                                 result.value("repeats", 1));
  text += number_lines(result, "  ");
  for (const char* list : {"kernels", "jobs"}) {
    for (const Json& part : result.value(list, Json::array())) {
      text += part.contains("kernel") ? fmt::format("  {}\n", part["kernel"].get<std::string>())
                                      : fmt::format("  {} jobs\n", part["jobs"].get<int>());
      text += number_lines(part, "    ");
    }
  }
  for (const Json& series : result.value("series", Json::array())) {
    for (const Json& point : series["points"]) {
      text += fmt::format("  {:<8} {:>5}: {:>9.0f} steps/s, {:.0f} MiB\n", series["name"].get<std::string>(),
                          point["value"].get<int>(), point["steps_per_second"].get<double>(),
                          point["peak_rss_mb"].get<double>());
    }
  }
  return text;
}

Result<Json> watched(Benchmark benchmark, BenchArguments arguments) {
  const auto display = make_progress_display();
  arguments.watch = study::watch_by(*display);
  return benchmark(arguments);
}

Command add_benchmark(const Command& bench, const std::shared_ptr<BenchArguments>& arguments,
                      Invocation& invocation, const char* name, const char* help, Benchmark benchmark,
                      Text text = result_text) {
  const Command command = bench.add_subcommand(name, help);
  command.add_option("--repeats", arguments->repeats, "the median is over so many")
      .whole_number(1, 1000)
      .shows_default();
  command.add_flag("--json", arguments->json, "print the result as JSON");
  command.footer(fmt::format("Example:\n  windhover bench {} --json", name));
  command.when_given([arguments, &invocation, benchmark, text] {
    invocation.action = [arguments, benchmark, text]() -> Result<int> {
      const auto result = watched(benchmark, *arguments);
      if (!result) return Failure(result.error());
      if (arguments->json) {
        console::print_json(*result);
      } else {
        console::print_lines(text(*result));
      }
      return exit_done;
    };
  });
  return command;
}

/// The options that more than one benchmark has.
class Options {
 public:
  explicit Options(std::shared_ptr<BenchArguments> arguments) : arguments_(std::move(arguments)) {}

  const Options& seconds(const Command& command) const {
    command.add_option("--seconds", arguments_->seconds, "length of one repeat")
        .number(0.001, 3600)
        .shows_default();
    return *this;
  }
  const Options& profile(const Command& command) const {
    command.add_option("--profile", arguments_->profile, "the environment's profile").shows_default();
    return *this;
  }
  const Options& cell(const Command& command) const {
    command.add_option("--cell", arguments_->cell, "the network")
        .one_of({"gru+ln", "gru", "mlp+ln", "mlp"})
        .shows_default();
    return *this;
  }
  const Options& hidden(const Command& command) const {
    command.add_option("--hidden", arguments_->hidden, "units of each hidden layer")
        .whole_number(1, 4096)
        .shows_default();
    return *this;
  }
  const Options& workers(const Command& command) const {
    command.add_option("--workers", arguments_->workers, "workers of the training")
        .whole_number(1, study::most_workers)
        .shows_default();
    return *this;
  }

 private:
  std::shared_ptr<BenchArguments> arguments_;
};

void add_training(const Command& bench, const std::shared_ptr<BenchArguments>& arguments,
                  Invocation& invocation) {
  const Command train = add_benchmark(
      bench, arguments, invocation, "train",
      "trained environment steps, and how near they come to the machine's bound", bench_training);
  Options(arguments).seconds(train).profile(train).cell(train).hidden(train).workers(train);
  train.add_option("--arm", arguments->arm, fmt::format("{}", fmt::join(rl::arm_names(), ", ")))
      .shows_default();
  train.add_option("--rollout", arguments->rollout, "steps between two updates")
      .whole_number(1, 10'000)
      .shows_default();
  train.add_option("--schedule", arguments->schedule, "logical, or threads: one thread a worker")
      .one_of({"logical", "threads"})
      .shows_default();
}

void add_evaluation(const Command& bench, const std::shared_ptr<BenchArguments>& arguments,
                    Invocation& invocation) {
  const Command eval = add_benchmark(
      bench, arguments, invocation, "eval",
      "evaluated environment steps, and how near they come to the machine's peak", bench_evaluation);
  Options(arguments).seconds(eval).profile(eval).cell(eval).hidden(eval);
  eval.add_option("--episodes", arguments->episodes, "episodes that run as one batch")
      .whole_number(1, study::most_episodes)
      .shows_default();
}

void add_study_benchmark(const Command& bench, const std::shared_ptr<BenchArguments>& arguments,
                         Invocation& invocation) {
  const Command study =
      add_benchmark(bench, arguments, invocation, "study",
                    "a short 2 x 2 study with both arms on one job and on two", bench_study);
  Options(arguments).profile(study).hidden(study).workers(study);
  study.add_option("--seeds", arguments->seeds, "how many").whole_number(1, 1000).shows_default();
  study.add_option("--episodes", arguments->training_episodes, "trained by each worker")
      .whole_number(1, 1'000'000)
      .shows_default();
  study.add_option("--jobs", arguments->jobs, "runs at once; efficiency is against the first")
      .whole_number(1, 1024)
      .shows_default();
}

void add_scale(const Command& bench, const std::shared_ptr<BenchArguments>& arguments,
               Invocation& invocation) {
  const Command scale = add_benchmark(
      bench, arguments, invocation, "scale",
      "what rank 0 of a study on several ranks can bear: its messages measured, large studies simulated",
      bench_scale, scale_text);
  scale
      .add_option(
          "--study", arguments->study,
          "a finished study: its runs are what is sent, and their times are simulated; a short one is "
          "made if not given")
      .type_name("DIR");
  scale.add_option("--ranks", arguments->ranks, "how many, one study for each")
      .whole_number(1, 100'000)
      .shows_default();
  scale.add_option("--runs", arguments->runs, "of a simulated study")
      .whole_number(1, 10'000'000)
      .shows_default();
  scale.add_option("--longer", arguments->longer, "simulated runs take so many times what was measured")
      .number(0.001, 1e6)
      .shows_default();
}

}  // namespace

void add_bench(const Command& app, Invocation& invocation) {
  const auto arguments = std::make_shared<BenchArguments>();
  const Options options(arguments);
  const Command bench = app.add_subcommand("bench", "measure speed against what this machine can do");
  bench.require_subcommand();
  const Command machine = add_benchmark(
      bench, arguments, invocation, "machine",
      "this machine's roofs on one core: multiply-adds, vector x matrix, copies", bench_machine);
  options.seconds(machine).hidden(machine);
  const Command kernels = add_benchmark(bench, arguments, invocation, "kernels",
                                        "the learner's kernels beside those roofs", bench_kernels);
  options.seconds(kernels).hidden(kernels);
  add_training(bench, arguments, invocation);
  add_evaluation(bench, arguments, invocation);
  const Command environment =
      add_benchmark(bench, arguments, invocation, "env",
                    "steps of the environment alone, with random actions", bench_environment);
  options.seconds(environment).profile(environment);
  add_study_benchmark(bench, arguments, invocation);
  const Command growth =
      add_benchmark(bench, arguments, invocation, "growth",
                    "speed and memory against units, rollout, workers and seeds", bench_growth);
  options.seconds(growth).cell(growth);
  growth.add_option("--dimension", arguments->dimension, "only this one")
      .one_of({"hidden", "rollout", "workers", "seeds"});
  growth.add_option("--drawing", arguments->drawing, "also draw it into this SVG file");
  add_scale(bench, arguments, invocation);
  bench.footer(
      "Examples:\n"
      "  windhover bench machine\n"
      "  windhover bench train --cell gru+ln --json\n"
      "  windhover bench train --cell mlp --repeats 9\n"
      "  windhover bench eval --episodes 100\n"
      "  windhover bench study --jobs 1 2\n"
      "  windhover bench scale --study out/paper --longer 10\n"
      "How the bound is made: docs/performance.md");
}

}  // namespace windhover::app

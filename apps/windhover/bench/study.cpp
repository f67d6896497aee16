#include <chrono>
#include <numeric>

#include "apps/windhover/bench/benchmark.hpp"
#include "apps/windhover/build_info.hpp"
#include "apps/windhover/signals.hpp"
#include <fmt/format.h>

#include "windhover/core/temporary_folder.hpp"
#include "windhover/study/engine.hpp"

namespace windhover::app {
namespace {

/// The 2 x 2 cells and both arms with a short training.
Result<study::Plan> study_plan(const BenchArguments& arguments) {
  auto document = study::Document::parse("name = \"bench\"", "windhover bench study");
  if (!document) return Failure(document.error());
  std::vector<int> seeds(static_cast<std::size_t>(arguments.seeds));
  std::iota(seeds.begin(), seeds.end(), 1);
  document->assign("profile", arguments.profile, "--profile");
  document->assign("seeds", seeds, "--seeds");
  document->assign("arms", {"a3c", "individual"}, "bench");
  document->assign("factors.recurrent", {true, false}, "bench");
  document->assign("factors.layer_norm", {true, false}, "bench");
  document->assign("learner.hidden", arguments.hidden, "--hidden");
  document->assign("training.workers", arguments.workers, "--workers");
  document->assign("training.episodes", arguments.training_episodes, "--episodes");
  document->assign("evaluation.episodes", 10, "bench");
  return study::make_plan(*document, false);
}

Result<double> wall_seconds(const study::Plan& plan, int jobs, const std::stop_token& stop) {
  const TemporaryFolder folder;
  SilentObserver observer;
  const auto start = std::chrono::steady_clock::now();
  const auto outcome = study::run_study(plan, {.out = folder.path(), .jobs = jobs}, observer, stop);
  if (!outcome) return Failure(outcome.error());
  if (outcome->stopped) return stopped();
  if (outcome->failed > 0) return failure(fmt::format("{} runs of the study failed", outcome->failed));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

Result<Json> bench_study(const BenchArguments& arguments) {
  const auto plan = study_plan(arguments);
  if (!plan) return Failure(plan.error());
  const auto stop = stop_on_signals();  // so that the studies' folders are removed
  if (!stop) return Failure(stop.error());
  double steps = 0;
  for (const auto& run : study::runs_of(*plan)) steps += static_cast<double>(study::expected_steps(run));

  std::vector<std::vector<double>> seconds(arguments.jobs.size());
  for (int repeat = 0; repeat < arguments.repeats; ++repeat) {
    tell_repeat(arguments, repeat);
    for (std::size_t i = 0; i < arguments.jobs.size(); ++i) {
      const auto wall = wall_seconds(*plan, arguments.jobs[i], *stop);
      if (!wall) return Failure(wall.error());
      seconds[i].push_back(*wall);
    }
  }

  Json result = {{"benchmark", "study"},
                 {"seeds", arguments.seeds},
                 {"runs", study::runs_of(*plan).size()},
                 {"trained_steps", steps},
                 {"hidden", arguments.hidden},
                 {"workers", arguments.workers},
                 {"episodes", arguments.training_episodes},
                 {"jobs", Json::array()}};
  for (std::size_t i = 0; i < arguments.jobs.size(); ++i) {
    const double jobs = arguments.jobs[i];
    std::vector<double> rates, efficiencies;
    for (std::size_t repeat = 0; repeat < seconds[i].size(); ++repeat) {
      rates.push_back(steps / seconds[i][repeat]);
      efficiencies.push_back(seconds[0][repeat] * arguments.jobs[0] / (seconds[i][repeat] * jobs));
    }
    Json entry = {{"jobs", arguments.jobs[i]}};
    put_median(entry, "wall_seconds", seconds[i]);
    put_median(entry, "steps_per_second", rates);
    put_median(entry, "parallel_efficiency", efficiencies);
    result["jobs"].push_back(std::move(entry));
  }
  result["repeats"] = arguments.repeats;
  result["peak_rss_mb"] = peak_memory_mb();
  result["build"] = described::to_json(build_info());
  result["machine"] = described::to_json(machine_info());
  return result;
}

}  // namespace windhover::app

#include <algorithm>
#include <array>
#include <numeric>

#include "apps/windhover/bench/benchmark.hpp"
#include "apps/windhover/bench/handling.hpp"
#include "apps/windhover/build_info.hpp"
#include "apps/windhover/signals.hpp"
#include "apps/windhover/text.hpp"
#include <fmt/format.h>
#include <malloc.h>

#include "windhover/core/temporary_folder.hpp"
#include "windhover/study/engine.hpp"
#include "windhover/study/hand_out.hpp"
#include "windhover/study/merge.hpp"
#include "windhover/study/tally.hpp"

namespace windhover::app {
namespace {

constexpr std::array latencies = {1e-5, 1e-4, 1e-3, 1e-2};  // seconds: shared memory to a slow network
constexpr double save_interval = 5;

/// A finished study, whose runs stand for those of larger ones.
struct MeasuredStudy {
  std::filesystem::path folder;
  study::Plan plan;
  std::vector<ranks::SimulatedRun> runs = {};
};

/// Costs of its runs, and their times so many times as long. Error: one that is missing.
Result<void> read_runs(MeasuredStudy& study, double longer) {
  for (const auto& run : runs_of(study.plan)) {
    const auto stored = record::read_run(study.folder, run.id, record::Rows::skip);
    if (!stored) return Failure(stored.error());
    study.runs.push_back(
        {.cost = cost_of(run).total(),
         .seconds = longer * (stored->summary.training_seconds + stored->summary.evaluation_seconds)});
  }
  return {};
}

/// A short study of the published cells, made for this.
Result<void> make_study(const std::filesystem::path& folder, const std::stop_token& stop) {
  auto document = study::Document::parse(
      "name = \"bench\"\nseeds = [1, 2]\n[factors]\nrecurrent = [true, false]\nlayer_norm = [true, false]\n"
      "[training]\nepisodes = 20\n[evaluation]\nepisodes = 5\n",
      "windhover bench scale");
  if (!document) return Failure(document.error());
  const auto plan = study::make_plan(*document, false);
  if (!plan) return Failure(plan.error());
  SilentObserver observer;
  const auto outcome = study::run_study(*plan, {.out = folder}, observer, stop);
  if (!outcome) return Failure(outcome.error());
  return outcome->stopped ? Result<void>(stopped()) : Result<void>();
}

Result<MeasuredStudy> measured_study(const std::filesystem::path& folder, double longer) {
  auto plan = study::plan_of_folder(folder);
  if (!plan) return Failure(plan.error());
  MeasuredStudy study{.folder = folder, .plan = *std::move(plan)};
  WINDHOVER_RETURN_IF_ERROR(read_runs(study, longer));
  return study;
}

/// The study with so many runs as if it had more seeds.
std::vector<ranks::SimulatedRun> repeated(const std::vector<ranks::SimulatedRun>& runs, std::size_t count) {
  std::vector<ranks::SimulatedRun> all;
  all.reserve(count);
  for (std::size_t i = 0; i < count; ++i) all.push_back(runs[i % runs.size()]);
  return all;
}

Json costs_json(const ranks::HandlingCosts& costs) {
  return {{"begin", costs.begin},
          {"state", costs.state},
          {"progress", costs.progress},
          {"finished", costs.finished}};
}

/// The middle of each.
ranks::HandlingCosts median_of(const std::vector<ranks::HandlingCosts>& all) {
  const auto of = [&](double ranks::HandlingCosts::*member) {
    std::vector<double> values;
    for (const auto& costs : all) values.push_back(costs.*member);
    return median(values);
  };
  return {.begin = of(&ranks::HandlingCosts::begin),
          .state = of(&ranks::HandlingCosts::state),
          .progress = of(&ranks::HandlingCosts::progress),
          .finished = of(&ranks::HandlingCosts::finished)};
}

Json point_json(const ranks::SimulatedStudy& study) {
  const auto outcome = simulate(study);
  return {{"ranks", study.ranks},
          {"latency", study.latency},
          {"makespan", outcome.makespan},
          {"lower_bound", outcome.lower_bound},
          {"makespan_over_bound", outcome.makespan / outcome.lower_bound},
          {"busy_share", outcome.busy_seconds / (study.keepers * outcome.makespan)},
          {"longest_wait", outcome.longest_wait},
          {"messages", outcome.messages}};
}

Json points_json(const BenchArguments& arguments, const std::vector<ranks::SimulatedRun>& runs,
                 const ranks::HandlingCosts& costs, Disk disk) {
  Json points = Json::array();
  for (const int ranks : arguments.ranks) {
    for (const double latency : latencies) {
      arguments.watch.tell({.what = "simulated studies",
                            .done = points.size(),
                            .all = arguments.ranks.size() * latencies.size()});
      points.push_back(point_json({.runs = runs,
                                   .ranks = ranks,
                                   .latency = latency,
                                   .costs = costs,
                                   .keepers = keepers_of(disk),
                                   .save_interval = save_interval,
                                   .progress_interval = ranks::progress_interval(ranks)}));
    }
  }
  return points;
}

/// So many ranks keep all keepers of rank 0 busy all the time: a run of mean length is one begun, one
/// finished, a state at its start and its end and one every save interval.
double saturating_ranks(const std::vector<ranks::SimulatedRun>& runs, const ranks::HandlingCosts& costs,
                        Disk disk) {
  double seconds = 0;
  for (const auto& run : runs) seconds += run.seconds;
  seconds /= static_cast<double>(runs.size());
  const double handling = costs.begin + costs.finished + (2 + seconds / save_interval) * costs.state;
  return keepers_of(disk) * seconds / handling;
}

/// Bytes that are allocated now.
double allocated() { return static_cast<double>(::mallinfo2().uordblks); }

/// What rank 0 holds of so many runs, in bytes of each: the pending ones, their jobs, their order and what
/// was recorded of them; and how long a decision takes with so many ranks.
void put_hand_out(Json& result, const std::vector<study::RunPlan>& some, std::size_t count, int ranks) {
  const double before = allocated();
  std::vector<study::RunPlan> pending;
  for (std::size_t i = 0; i < count; ++i) {
    pending.push_back(some[i % some.size()]);
    pending.back().id.seed = i;
  }
  std::vector<study::Job> jobs(count);
  std::vector<study::RunLoad> loads;
  std::map<record::RunId, record::RunSummary> done;
  for (std::size_t i = 0; i < count; ++i) {
    jobs[i].run = pending[i];
    loads.push_back({.cost = cost_of(some[i % some.size()]).total(), .threads = 1});
    done.emplace(pending[i].id, record::RunSummary{.digest = std::string(64, '0')});
  }
  study::HandOut hand_out(std::move(loads));
  result["bytes_a_run"] = (allocated() - before) / static_cast<double>(count);

  const double start = wall_seconds();
  for (int rank = 0; rank < ranks; ++rank) hand_out.join(static_cast<std::size_t>(rank), 1);
  std::vector<std::size_t> at_work;
  std::size_t ended = 0;
  while (ended < count) {
    while (const auto handed_out = hand_out.next()) at_work.push_back(handed_out->run);
    for (const std::size_t run : std::exchange(at_work, {})) {
      hand_out.end(run);
      ++ended;
    }
  }
  result["decision_seconds"] = (wall_seconds() - start) / static_cast<double>(count);
}

Result<Json> bench(const BenchArguments& arguments, const MeasuredStudy& study, const std::stop_token& stop) {
  std::vector<ranks::HandlingCosts> with_disk, without_disk;
  for (int repeat = 0; repeat < arguments.repeats; ++repeat) {
    tell_repeat(arguments, repeat);
    for (const Disk disk : {Disk::used, Disk::spared}) {
      const auto costs = measure_handling(study.plan, study.folder, disk, stop);
      if (!costs) return Failure(costs.error());
      (disk == Disk::used ? with_disk : without_disk).push_back(*costs);
    }
  }
  const auto count = static_cast<std::size_t>(arguments.runs);
  const auto runs = repeated(study.runs, count);
  const auto costs = median_of(with_disk);
  const auto seconds_of = [](const auto& run) { return run.seconds; };
  Json result = {
      {"benchmark", "scale"},
      {"study", study.plan.study.name},
      {"measured_runs", study.runs.size()},
      {"runs", count},
      {"longer", arguments.longer},
      {"longest_run_seconds", std::ranges::max(study.runs, {}, seconds_of).seconds},
      {"shortest_run_seconds", std::ranges::min(study.runs, {}, seconds_of).seconds},
      {"save_interval", save_interval},
      {"keepers", ranks::most_keepers},
      {"costs", costs_json(costs)},
      {"costs_without_disk", costs_json(median_of(without_disk))},
      {"saturating_ranks", saturating_ranks(study.runs, costs, Disk::used)},
      {"saturating_ranks_without_disk", saturating_ranks(study.runs, median_of(without_disk), Disk::spared)}};
  put_hand_out(result, runs_of(study.plan), count, std::ranges::max(arguments.ranks));
  result["points"] = points_json(arguments, runs, costs, Disk::used);
  result["points_without_disk"] = points_json(arguments, runs, median_of(without_disk), Disk::spared);
  result["repeats"] = arguments.repeats;
  result["peak_rss_mb"] = peak_memory_mb();
  result["build"] = described::to_json(build_info());
  result["machine"] = described::to_json(machine_info());
  return result;
}

std::string points_text(const Json& points) {
  std::vector<std::vector<std::string>> rows = {
      {"ranks", "latency", "makespan", "lower bound", "over it", "rank 0 busy", "longest wait", "messages"}};
  for (const Json& point : points) {
    rows.push_back({fmt::format("{}", point["ranks"].get<int>()),
                    fmt::format("{:g} us", 1e6 * point["latency"].get<double>()),
                    fmt::format("{:.1f} s", point["makespan"].get<double>()),
                    fmt::format("{:.1f} s", point["lower_bound"].get<double>()),
                    fmt::format("{:.4f}", point["makespan_over_bound"].get<double>()),
                    fmt::format("{:.2f} %", 100 * point["busy_share"].get<double>()),
                    fmt::format("{:.3f} s", point["longest_wait"].get<double>()),
                    fmt::format("{}", point["messages"].get<std::uint64_t>())});
  }
  return table_text(rows);
}

std::string costs_text(const Json& costs) {
  std::string text;
  for (const auto& [kind, seconds] : costs.items())
    text += fmt::format("  {} {:.1f} us", kind, 1e6 * seconds.get<double>());
  return text + "\n";
}

}  // namespace

std::string scale_text(const Json& scale) {
  return fmt::format(
             "{} runs as the {} of study {}, of {:.3f} to {:.3f} s\n"
             "rank 0 needs for a message, with {} keepers and files flushed to disk:\n{}"
             "and one keeper without the disk:\n{}"
             "so they are busy all the time with {:.0f} ranks, that one with {:.0f}\n"
             "a decision takes {:.2f} us, a run {:.0f} bytes of rank 0's memory\n",
             scale["runs"].get<std::size_t>(), scale["measured_runs"].get<std::size_t>(),
             scale["study"].get<std::string>(), scale["shortest_run_seconds"].get<double>(),
             scale["longest_run_seconds"].get<double>(), scale["keepers"].get<int>(),
             costs_text(scale["costs"]), costs_text(scale["costs_without_disk"]),
             scale["saturating_ranks"].get<double>(), scale["saturating_ranks_without_disk"].get<double>(),
             1e6 * scale["decision_seconds"].get<double>(), scale["bytes_a_run"].get<double>()) +
         points_text(scale["points"]) + "one keeper without the disk:\n" +
         points_text(scale["points_without_disk"]);
}

Result<Json> bench_scale(const BenchArguments& arguments) {
  const auto stop = stop_on_signals();  // so that the folders are removed
  if (!stop) return Failure(stop.error());
  const TemporaryFolder made;
  if (arguments.study.empty()) WINDHOVER_RETURN_IF_ERROR(make_study(made.path(), *stop));
  const auto study =
      measured_study(arguments.study.empty() ? made.path() : arguments.study, arguments.longer);
  if (!study) return Failure(study.error());
  return bench(arguments, *study, *stop);
}

}  // namespace windhover::app

#include <algorithm>
#include <memory>
#include <numeric>

#include "apps/windhover/command.hpp"
#include "apps/windhover/console.hpp"
#include "apps/windhover/findings.hpp"
#include "apps/windhover/plan_arguments.hpp"
#include "apps/windhover/progress_display.hpp"
#include "apps/windhover/rank_session.hpp"
#include "apps/windhover/session.hpp"
#include "apps/windhover/text.hpp"
#include <fmt/ranges.h>

#include "windhover/analysis/partition.hpp"
#include "windhover/core/files.hpp"
#include "windhover/study/condition_warnings.hpp"
#include "windhover/study/ownership.hpp"
#include "windhover/study/probe.hpp"

namespace windhover::app {
namespace {

struct StudyArguments {
  PlanArguments plan;
  std::filesystem::path out;
  int jobs = default_jobs();
  double save_interval = 5;
  study::Shard shard;
  std::vector<std::filesystem::path> reuse;
  bool accept_build = false;
  bool fresh = false;
  bool dry_run = false;
  bool json = false;
};

std::filesystem::path out_of(const StudyArguments& arguments, const study::Plan& plan) {
  if (!arguments.out.empty()) return arguments.out;
  return std::filesystem::path("out") /
         (arguments.plan.file.stem().string() + (plan.study.quick ? "-quick" : ""));
}

/// What one cell will take.
struct CellEstimate {
  const study::CellPlan* cell = nullptr;
  study::Speed speed;
  std::size_t runs = 0;
  std::uint64_t first_run_steps = 0;  ///< trained, in the study's first arm
  std::uint64_t steps = 0;            ///< trained, all its runs together
  double seconds = 0;                 ///< CPU, likewise
};

Result<std::vector<CellEstimate>> estimate_cells(const study::Plan& plan,
                                                 std::vector<double>& seconds_of_runs) {
  const auto display = make_progress_display();
  std::vector<CellEstimate> estimates;
  for (const auto& cell : plan.cells) {
    display->activity({.what = "time estimate, cells", .done = estimates.size(), .all = plan.cells.size()});
    const auto speed = study::measure_speed(plan, cell);
    if (!speed) return in_context("time estimate of cell " + cell.cell.id, speed.error());
    estimates.push_back({.cell = &cell, .speed = *speed});
  }
  for (const auto& run : study::runs_of(plan)) {
    const auto estimate = std::ranges::find(estimates, run.cell, &CellEstimate::cell);
    seconds_of_runs.push_back(study::seconds_of(run, estimate->speed));
    if (++estimate->runs == 1) estimate->first_run_steps = study::expected_steps(run);
    estimate->steps += study::expected_steps(run);
    estimate->seconds += seconds_of_runs.back();
  }
  return estimates;
}

/// " + noise floor: gru+ln x 2 arms x 5 seeds (1025, ...)", if the study has a noise floor.
std::string noise_floor_text(const record::Study& study) {
  if (!study.noise_floor) return {};
  const auto& floor = *study.noise_floor;
  return fmt::format(" + noise floor: {} x {} arms x {} seeds ({})", floor.cell, study.arms.size(),
                     floor.seeds.size(), fmt::join(floor.seeds, ", "));
}

/// True if cells differ in their environment or its profile.
bool has_several_environments(const study::Plan& plan) { return analysis::parts_of(plan.study).size() > 1; }

void print_plan(const study::Plan& plan, const std::vector<CellEstimate>& estimates) {
  const auto& study = plan.study;
  console::print("study {}{}: {} cells x {} arms ({}) x {} seeds ({}){} = {} runs\n", study.name,
                 study.quick ? " (quick)" : "", study.cells.size(), study.arms.size(),
                 fmt::join(study.arms, ", "), study.seeds.size(), fmt::join(study.seeds, ", "),
                 noise_floor_text(study), study::runs_of(plan).size());
  std::vector<std::vector<std::string>> rows = {
      {"cell", "parameters", "runs", "trained steps", "trained steps/s", "evaluated steps/s", "CPU time"}};
  const bool several = has_several_environments(plan);
  if (several) rows.front().insert(rows.front().end(), {"environment", "profile"});
  for (const auto& estimate : estimates) {
    rows.push_back({estimate.cell->cell.id, std::to_string(estimate.cell->parameter_count()),
                    std::to_string(estimate.runs), std::to_string(estimate.steps),
                    fmt::format("{:.0f}", estimate.speed.training_steps),
                    fmt::format("{:.0f}", estimate.speed.evaluation_steps), duration_text(estimate.seconds)});
    const auto& cell = estimate.cell->cell;
    if (several) rows.back().insert(rows.back().end(), {cell.environment, cell.profile});
  }
  console::print_lines(table_text(rows));
  for (const auto& warning : study::warning_texts(plan)) console::print("warning: {}\n", warning);
}

Json plan_json(const study::Plan& plan, const std::vector<CellEstimate>& estimates, double wall_seconds) {
  Json cells = Json::array();
  for (const auto& estimate : estimates) {
    cells.push_back({{"id", estimate.cell->cell.id},
                     {"factors", described::to_json(estimate.cell->cell.factors)},
                     {"environment", estimate.cell->cell.environment},
                     {"profile", estimate.cell->cell.profile},
                     {"parameters", estimate.cell->parameter_count()},
                     {"runs", estimate.runs},
                     {"steps_per_run", estimate.first_run_steps},
                     {"steps", estimate.steps},
                     {"training_steps_per_second", estimate.speed.training_steps},
                     {"evaluation_steps_per_second", estimate.speed.evaluation_steps},
                     {"cpu_seconds", estimate.seconds}});
  }
  return {{"study", plan.study.config},
          {"quick", plan.study.quick},
          {"runs", study::runs_of(plan).size()},
          {"cells", std::move(cells)},
          {"warnings", described::to_json(study::condition_warnings(plan))},
          {"wall_seconds", wall_seconds}};
}

Result<int> show_plan(const StudyArguments& arguments, const study::Plan& plan) {
  std::vector<double> seconds_of_runs;
  const auto estimates = estimate_cells(plan, seconds_of_runs);
  if (!estimates) return Failure(estimates.error());
  const double wall_seconds = study::schedule_length(seconds_of_runs, arguments.jobs);
  if (arguments.json) {
    console::print_json(plan_json(plan, *estimates, wall_seconds));
    return exit_done;
  }
  print_plan(plan, *estimates);
  console::print("about {} with --jobs {}, estimated from a short probe of each cell; nothing was written\n",
                 duration_text(wall_seconds), arguments.jobs);
  return exit_done;
}

void print_summary(const StudyArguments& arguments, const study::Plan& plan, const std::filesystem::path& out,
                   const study::StudyOutcome& outcome) {
  const auto report = (out / "report.html").string();
  if (arguments.json) {
    const Json summary = {{"study", plan.study.name},
                          {"quick", plan.study.quick},
                          {"runs", outcome.runs},
                          {"failed", outcome.failed},
                          {"digest", outcome.digest},
                          {"wall_seconds", outcome.wall_seconds},
                          {"results", (out / "results.json").string()},
                          {"report", report}};
    console::print_json(summary);
    return;
  }
  console::print("study {}{}\nruns {}, failed {}\nwall {}\ndigest {}\nreport {}\n", plan.study.name,
                 plan.study.quick ? " (quick)" : "", outcome.runs, outcome.failed,
                 duration_text(outcome.wall_seconds), outcome.digest, report);
}

/// What a shard ends with, as long as runs of others are missing: there is nothing to report yet.
int end_shard(const StudyArguments& arguments, const study::Plan& plan, const std::filesystem::path& out,
              const study::StudyOutcome& outcome) {
  if (arguments.json) {
    console::print_json({{"study", plan.study.name},
                         {"quick", plan.study.quick},
                         {"shard", arguments.shard.number},
                         {"shards", arguments.shard.count},
                         {"runs", outcome.runs},
                         {"failed", outcome.failed},
                         {"missing", outcome.missing},
                         {"wall_seconds", outcome.wall_seconds},
                         {"out", out.string()}});
  } else {
    console::print("shard {}/{} of study {}{}\nruns {} of {}, failed {}\nwall {}\n", arguments.shard.number,
                   arguments.shard.count, plan.study.name, plan.study.quick ? " (quick)" : "",
                   outcome.runs - outcome.missing, outcome.runs, outcome.failed,
                   duration_text(outcome.wall_seconds));
  }
  return outcome.failed == 0 ? exit_done : exit_failed;
}

/// A study with failed runs is reported, but it is not what was asked for.
int report_failed_runs(const analysis::Results& results) {
  const auto& failed = results.runs.failed;
  for (const auto& run : failed) {
    console::say("failed: run {}/{}/seed-{}: {}\n", run.cell, run.arm, run.seed, run.diagnosis.value_or(""));
  }
  return failed.empty() ? exit_done : exit_failed;
}

Result<int> carry_out(const StudyArguments& arguments, const study::Plan& plan,
                      const std::vector<std::string>& command_line, const SessionRanks* ranks) {
  const auto out = out_of(arguments, plan);
  WINDHOVER_RETURN_IF_ERROR(study::require_study_file_elsewhere(arguments.plan.file, out));
  for (const auto& warning : study::warning_texts(plan)) console::say("warning: {}\n", warning);
  analysis::Results results;
  const auto write_report = [&](const Watch& watch) -> Result<void> {
    auto written = write_results(out, watch);
    if (!written) return Failure(written.error());
    results = *std::move(written);
    return {};
  };
  const auto outcome = run_session(plan,
                                   {.out = out,
                                    .jobs = arguments.jobs,
                                    .fresh = arguments.fresh,
                                    .save_interval = arguments.save_interval,
                                    .shard = arguments.shard,
                                    .accept_build = arguments.accept_build,
                                    .when_complete = write_report},
                                   ranks);
  if (!outcome) return Failure(outcome.error());
  if (outcome->stopped) return report_stop(*outcome, command_line);
  if (outcome->missing > 0) return end_shard(arguments, plan, out, *outcome);
  if (!arguments.json) console::print_lines(findings_text(results));
  print_summary(arguments, plan, out, *outcome);
  print_claims(results);
  return report_failed_runs(results);
}

/// As rank 0 of several.
Result<int> lead_ranks(const StudyArguments& arguments, const std::vector<std::string>& command_line,
                       ranks::Transport& transport) {
  const auto plan = load_plan(arguments.plan);
  if (!plan) return Failure(plan.error());
  const auto study_file = read_file(arguments.plan.file);
  if (!study_file) return Failure(study_file.error());
  const SessionRanks ranks{.transport = transport,
                           .study_file = *study_file,
                           .origin = arguments.plan.file.string(),
                           .overrides = arguments.plan.overrides};
  return carry_out(arguments, *plan, command_line, &ranks);
}

Result<int> run(const StudyArguments& arguments, const std::vector<std::string>& command_line) {
  if (world().size > 1 && !arguments.dry_run) {
    return as_rank(arguments.jobs, [&](ranks::Transport& transport) {
      return lead_ranks(arguments, command_line, transport);
    });
  }
  const auto plan = load_plan(arguments.plan);
  if (!plan) return Failure(plan.error());
  return arguments.dry_run ? show_plan(arguments, *plan) : carry_out(arguments, *plan, command_line, nullptr);
}

}  // namespace

void add_study(const Command& app, Invocation& invocation) {
  const auto arguments = std::make_shared<StudyArguments>();
  const auto shard = std::make_shared<std::string>();
  const Command command =
      app.add_subcommand("study", "train, evaluate and report a whole study; goes on where it was stopped");
  add_plan_arguments(command, arguments->plan);
  command.add_option("--out", arguments->out, "the output folder; out/NAME-OF-THE-FILE if not given")
      .type_name("DIR");
  command.add_option("--jobs", arguments->jobs, "runs at the same time")
      .whole_number(1, 4096)
      .shows_default();
  command.add_option("--save-interval", arguments->save_interval, "seconds between two saved states of a run")
      .number(0, 86400)
      .shows_default();
  command.add_option("--shard", *shard, "carry out the K-th of N parts of the study, of about the same cost")
      .type_name("K/N");
  command
      .add_option("--reuse", arguments->reuse,
                  "an output folder whose finished runs are copied where this study asks for the same; may "
                  "be given several times")
      .type_name("DIR")
      .repeatable();
  command.add_flag(
      "--fresh", arguments->fresh,
      "start over: removes the study's files from the output folder, by SHA256SUMS; others stay");
  command.add_flag("--accept-build", arguments->accept_build,
                   "go on with runs that another build of windhover began; their records name both");
  command.add_flag("--dry-run", arguments->dry_run,
                   "print the plan, warnings of conditions that mean little and an estimate of the time; "
                   "write nothing");
  command.add_flag("--json", arguments->json, "print the summary, or the plan, as JSON");
  command.footer(
      "Examples:\n"
      "  windhover study studies/rnn-layernorm.toml --out out/paper\n"
      "  windhover study studies/rnn-layernorm.toml --quick --jobs 1 --out out/quick\n"
      "  windhover study studies/rnn-layernorm.toml --dry-run --set training.episodes=50 --set "
      "factors.hidden=[64,128]\n"
      "  windhover study studies/rnn-layernorm.toml --quick --shard 1/2 --out out/quick-1\n"
      "The output folder takes another plan of the same study: runs that both ask for stay, those that one "
      "does no longer ask\n"
      "for are kept in earlier/, and what was trained for a smaller budget, or evaluated otherwise, goes on "
      "from "
      "there.\n"
      "The same command again goes on where a stopped or killed study was, and ends in the same digest.\n"
      "Every file is checked by its SHA-256 (SHA256SUMS) first; a damaged one is named and made again.\n"
      "An output folder that holds somebody else's files is refused, and so is a study file that lies where "
      "the\n"
      "study writes its own. No link below the output folder is followed.\n"
      "A study with failed runs is reported and exits with 1, naming them.\n"
      "On several machines, by Open MPI (./dev build --mpi; --jobs is that of each rank, only rank 0 needs "
      "the "
      "folder):\n"
      "  mpirun -n 4 build/release-mpi/bin/windhover study studies/rnn-layernorm.toml --jobs 1 --out "
      "out/paper");
  command.when_given([arguments, shard, &invocation] {
    invocation.action = [arguments, shard, &invocation]() -> Result<int> {
      if (!shard->empty()) {
        const auto part = study::parse_shard(*shard);
        if (!part) return Failure(part.error());
        arguments->shard = *part;
      }
      return run(*arguments, invocation.arguments);
    };
  });
}

}  // namespace windhover::app

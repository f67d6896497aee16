#include "windhover/study/probe.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <numeric>
#include <stop_token>

#include "windhover/core/digest.hpp"
#include "windhover/nn/checkpoint.hpp"
#include "windhover/study/list_schedule.hpp"

namespace windhover::study {
namespace {

constexpr int probe_episodes = 3;                  // a worker
constexpr int probe_evaluation_episodes = 4;       // a velocity
constexpr std::uint64_t probe_most_steps = 5'000;  // all workers together, should episodes be long
constexpr std::uint64_t long_probe_steps = 200'000;
constexpr std::uint64_t most_budget_of_probes = 100;  // times the steps of a long probe
constexpr std::uint64_t endless_steps = std::uint64_t{1} << 40;
constexpr std::uint64_t warm_up_steps = 500;
constexpr double speed_seconds = 0.25;
constexpr int most_probed_episodes = 100;  // of an evaluation, or one of a fleet that has more members
constexpr std::size_t most_probed_parameters = 500'000;

/// Steps, of all workers together, after which any two delays of the study have gone apart: one more update
/// than the longest has to wait for. 0 without delays.
std::uint64_t steps_for_delays(const Plan& plan) {
  std::uint64_t updates = 0;
  std::uint64_t rollout = 0;
  for (const CellPlan& cell : plan.cells) {
    const auto& learner = cell.settings.learner;
    rollout = std::max(rollout, static_cast<std::uint64_t>(learner.rollout));
    if (learner.delay != rl::LearnerConfig::no_delay)
      updates = std::max(updates, static_cast<std::uint64_t>(learner.delay) + 2);
  }
  return updates * rollout;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Cuts the budget of a probe to so many steps, of all workers together, if it may need more; what goes by
/// the share of the budget that is behind (the decays of lr and entropy_coef) then goes its whole way in
/// them. A budget of one episode, of which no share is ever behind, is left as it is.
void cut_budget(rl::TrainingSetup& setup, const RunPlan& run, std::uint64_t steps) {
  if (expected_steps(run) <= steps || (setup.steps == 0 && setup.episodes == 1)) return;
  const std::uint64_t learners =
      static_cast<std::uint64_t>(setup.workers) * (*rl::find_arm(setup.arm))->budget_factor(setup.workers);
  setup.steps = (steps + learners - 1) / learners;
}

/// A run with the study's own budget, or one that is a hundred times the probe if that is less: it learns as
/// the study does, and yet what goes by the share of the budget has moved when the probe ends.
rl::TrainingSetup long_setup(const Plan& plan, const RunPlan& run) {
  auto setup = training_setup(run);
  setup.learner.schedule = "logical";
  cut_budget(setup, run, most_budget_of_probes * std::max(long_probe_steps, steps_for_delays(plan)));
  return setup;
}

/// A run of a few episodes, or of the steps that delays need, and never of more than the study's.
rl::TrainingSetup short_setup(const Plan& plan, const RunPlan& run) {
  auto setup = training_setup(run);
  setup.learner.schedule = "logical";
  const std::uint64_t for_delays = steps_for_delays(plan);
  if (for_delays > probe_most_steps) {
    cut_budget(setup, run, for_delays);
  } else if (setup.steps > 0) {
    const auto limit = static_cast<std::uint64_t>(run.cell->episode_limit);
    setup.steps = std::min(setup.steps, probe_episodes * limit);
  } else {
    setup.episodes = std::min(setup.episodes, probe_episodes);
  }
  return setup;
}

/// The cell's runs, one after another: every arm under the first seed, then under the next.
std::vector<RunPlan> runs_of_cell(const Plan& plan, const CellPlan& cell) {
  std::vector<RunPlan> runs;
  for (const auto seed : plan.study.seeds) {
    for (const auto& arm : plan.study.arms)
      runs.push_back({.id = {.cell = cell.cell.id, .arm = arm, .seed = seed}, .cell = &cell});
  }
  return runs;
}

/// The evaluation of a probe: few episodes at the slowest and the fastest velocity.
rl::EvaluationSetup short_evaluation(const RunPlan& run) {
  auto setup = evaluation_setup(run);
  setup.conditions = {setup.conditions.front(), setup.conditions.back()};
  if (setup.conditions.front() == setup.conditions.back()) setup.conditions.pop_back();
  setup.episodes = std::min(setup.episodes, std::max(probe_evaluation_episodes, setup.members));
  return setup;
}

/// Training steps a second, from slices of a training that is never finished. One that diverges is measured
/// up to there.
double training_speed(rl::Training& training) {
  const std::stop_token never;
  bool healthy = training.advance(warm_up_steps, never).has_value();
  const auto start = std::chrono::steady_clock::now();
  const std::uint64_t steps_before = training.steps_done();
  do {
    healthy = healthy && training.advance(warm_up_steps, never).has_value();
  } while (healthy && !training.finished() && seconds_since(start) < speed_seconds);
  const std::uint64_t steps = std::max(training.steps_done() - steps_before, std::uint64_t{1});
  return static_cast<double>(steps) / seconds_since(start);
}

/// The cell with half its units again and again, until its network is small enough to be measured.
CellPlan small_enough(const CellPlan& cell) {
  CellPlan small = cell;
  while (small.parameter_count() > most_probed_parameters && small.architecture.hidden > 1) {
    small.architecture.hidden /= 2;
    small.settings.learner.hidden = small.architecture.hidden;
  }
  return small;
}

/// What a run of a probe ended with.
struct ProbedRun {
  std::string digest;
  std::uint64_t steps = 0;
};

/// Trains for about so many steps, at most, and evaluates.
Result<ProbedRun> probe_run(const RunPlan& run, rl::TrainingSetup setup, std::uint64_t steps,
                            const std::stop_token& stop) {
  setup.stop = stop;
  auto training = rl::Training::create(setup);
  if (!training) return Failure(training.error());
  const auto trained = (*training)->advance(steps, stop);
  if (stop.stop_requested()) return stopped();
  const std::uint64_t done = (*training)->steps_done();
  if (!trained) return ProbedRun{digest_of(trained.error().message), done};
  const auto models = rl::all_parameters(**training);
  const auto rows = rl::evaluate(run.cell->architecture, models, short_evaluation(run), stop);
  if (stop.stop_requested()) return stopped();
  if (!rows) return ProbedRun{digest_of(rows.error().message), done};
  std::vector<std::vector<std::byte>> parameters;
  parameters.reserve(models.size());
  for (const auto& model : models) parameters.push_back(nn::canonical_bytes((*training)->layout(), model));
  return ProbedRun{record::run_digest(parameters, *rows), done};
}

/// As many of the cell's runs as the steps suffice for: a short budget leaves room for other seeds and arms,
/// in which something may show that does not in the first.
Result<std::string> long_probe_digest(const Plan& plan, const CellPlan& cell, const std::stop_token& stop) {
  const std::uint64_t least = std::max(long_probe_steps, steps_for_delays(plan));
  std::uint64_t done = 0;
  std::string digests;
  for (const RunPlan& run : runs_of_cell(plan, cell)) {
    const auto probed = probe_run(run, long_setup(plan, run), least - done, stop);
    if (!probed) return Failure(probed.error());
    digests += probed->digest;
    done += probed->steps;
    if (done >= least) break;
  }
  return digest_of(digests);
}

}  // namespace

Result<std::string> probe_digest(const Plan& plan, const CellPlan& cell, ProbeLength length,
                                 const std::stop_token& stop) {
  if (length == ProbeLength::many_steps) return long_probe_digest(plan, cell, stop);
  const RunPlan run = runs_of_cell(plan, cell).front();
  auto probed =
      probe_run(run, short_setup(plan, run), std::max(probe_most_steps, steps_for_delays(plan)), stop);
  if (!probed) return Failure(probed.error());
  return std::move(probed->digest);
}

Result<Speed> measure_speed(const Plan& plan, const CellPlan& cell) {
  const CellPlan probed = small_enough(cell);
  const RunPlan run = runs_of_cell(plan, probed).front();
  auto setup = training_setup(run);
  setup.steps = endless_steps;
  auto training = rl::Training::create(setup);
  if (!training) return Failure(training.error());
  auto evaluation = evaluation_setup(run);
  evaluation.episodes = std::min(evaluation.episodes, std::max(most_probed_episodes, evaluation.members));
  // Before the training can diverge.
  const auto evaluated =
      rl::evaluation_rate(probed.architecture, (*training)->parameters(0), evaluation, speed_seconds);
  if (!evaluated) return Failure(evaluated.error());
  const double share =
      static_cast<double>(probed.parameter_count()) / static_cast<double>(cell.parameter_count());
  return Speed{.training_steps = share * training_speed(**training), .evaluation_steps = share * *evaluated};
}

double seconds_of(const RunPlan& run, const Speed& speed) {
  return static_cast<double>(expected_steps(run)) / speed.training_steps +
         static_cast<double>(expected_evaluation_steps(run)) / speed.evaluation_steps;
}

double schedule_length(const std::vector<double>& seconds, int jobs) {
  return std::ranges::max(list_schedule(seconds, static_cast<std::size_t>(std::max(jobs, 1))).loads);
}

}  // namespace windhover::study

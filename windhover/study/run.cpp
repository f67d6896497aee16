#include "windhover/study/run.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "windhover/core/threads.hpp"
#include "windhover/record/identity.hpp"
#include "windhover/record/layout.hpp"
#include "windhover/study/model_files.hpp"
#include "windhover/study/saved_state.hpp"

namespace windhover::study {
namespace {

constexpr std::uint64_t slice_steps = 2'000;

class RunInProgress {
 public:
  RunInProgress(const RunContext& context, const RunPlan& plan, RunMonitor& monitor)
      : context_(context),
        plan_(plan),
        monitor_(monitor),
        configuration_(run_configuration(context.plan, plan)),
        identity_(record::identity_of(configuration_, record::Scope::training)),
        provenance_{context.provenance},
        layout_(plan.cell->architecture) {}

  Result<RunEnd> perform(const std::stop_token& stop);

 private:
  Result<void> create_training(const std::stop_token& stop);
  Result<void> start(const std::stop_token& stop);
  void note_new_start(const Error& error) const;
  Result<void> restore(const SavedState& state, const std::stop_token& stop);
  Result<void> restore_trained(const SavedState& state);
  /// Trains to the end, until a stop, or until the training fails, which leaves its diagnosis.
  Result<void> train(const std::stop_token& stop);
  Result<void> save(Flush flush = Flush::now);
  void take_outcome();
  Result<RunEnd> evaluate(const std::stop_token& stop);
  Result<RunEnd> record_success(std::vector<EvaluationRow> rows, double evaluation_seconds);
  Result<RunEnd> record_failure(const std::string& diagnosis);
  void show_progress();

  [[nodiscard]] record::Run make_record() const;
  [[nodiscard]] record::ModelFile budget_file() const;

  const RunContext& context_;
  const RunPlan& plan_;
  RunMonitor& monitor_;
  record::RunConfig configuration_;
  std::string identity_;                        ///< of the training
  std::vector<record::Provenance> provenance_;  ///< of earlier sessions, and of this one
  nn::Layout layout_;
  std::unique_ptr<rl::Training> training_;    ///< none if only the evaluation is left
  std::vector<std::byte> for_larger_budget_;  ///< once the training has come there
  Trained trained_;                           ///< as far as it has come
  std::uint64_t steps_at_start_ = 0;
  double training_seconds_ = 0;
  std::string diagnosis_;  ///< why the training failed; empty if it did not
};

Result<RunEnd> RunInProgress::perform(const std::stop_token& stop) {
  WINDHOVER_RETURN_IF_ERROR(start(stop));
  if (training_) {
    steps_at_start_ = training_->steps_done();
    show_progress();
    monitor_.fraction_at_start = monitor_.fraction.load();
    monitor_.stage = RunStage::training;
    WINDHOVER_RETURN_IF_ERROR(train(stop));
    take_outcome();
    if (!diagnosis_.empty()) return record_failure(diagnosis_);
    if (!training_->finished()) return RunEnd();
    if (const auto checked = rl::check_parameters(*training_); !checked) {
      return record_failure(
          fmt::format("arm {}, seed {}: {}", plan_.id.arm, plan_.id.seed, checked.error().message));
    }
  }
  monitor_.stage = RunStage::evaluating;
  return evaluate(stop);
}

/// A run has a state from its start on, by which others see that it is at work.
Result<void> RunInProgress::start(const std::stop_token& stop) {
  const auto state = context_.store.read_state(plan_.id, identity_);
  if (state && *state) {
    const auto restored = restore(**state, stop);
    if (restored) return {};
    if (restored.error().kind == ErrorKind::stopped) return restored;
    note_new_start(restored.error());
  } else if (!state) {
    note_new_start(state.error());
  }
  WINDHOVER_RETURN_IF_ERROR(create_training(stop));
  return save(Flush::later);
}

void RunInProgress::note_new_start(const Error& error) const {
  context_.note(starting_again(plan_.id, error));
}

Result<void> RunInProgress::create_training(const std::stop_token& stop) {
  auto setup = training_setup(plan_);
  setup.stop = stop;
  auto training = rl::Training::create(setup);
  if (!training) return in_context(plan_.id.folder().string(), training.error());
  training_ = *std::move(training);
  return {};
}

Result<void> RunInProgress::restore(const SavedState& state, const std::stop_token& stop) {
  if (state.progress == RunProgress::trained) {
    WINDHOVER_RETURN_IF_ERROR(restore_trained(state));
  } else {
    WINDHOVER_RETURN_IF_ERROR(create_training(stop));
    WINDHOVER_RETURN_IF_ERROR(training_->restore(state.body));
  }
  training_seconds_ = state.training_seconds;
  for_larger_budget_ = state.for_larger_budget;
  provenance_ = state.provenance;
  if (provenance_.empty() || provenance_.back() != context_.provenance)
    provenance_.push_back(context_.provenance);
  return {};
}

Result<void> RunInProgress::restore_trained(const SavedState& state) {
  auto trained = trained_from(state.body);
  if (!trained) return Failure(trained.error());
  const auto fits = [&](const auto& model) { return model.size() == layout_.arena_size(); };
  const auto models =
      static_cast<std::size_t>((*rl::find_arm(plan_.id.arm))->models(plan_.cell->settings.training.workers));
  if (trained->models.size() != models || !std::ranges::all_of(trained->models, fits))
    return failure("the saved models are not this run's");
  trained_ = *std::move(trained);
  const RunCost cost = cost_of(plan_);
  monitor_.fraction = cost.training / cost.total();
  monitor_.fraction_at_start = monitor_.fraction.load();
  return {};
}

void RunInProgress::take_outcome() {
  trained_ = {.rows = training_->rows(), .steps = training_->steps_done()};
  for (const auto parameters : rl::all_parameters(*training_))
    trained_.models.emplace_back(parameters.begin(), parameters.end());
}

Result<void> RunInProgress::train(const std::stop_token& stop) {
  using Clock = std::chrono::steady_clock;
  const double seconds_before = training_seconds_;
  const ThreadClock cpu;
  auto saved_at = Clock::now();
  while (!training_->finished()) {
    const auto advanced = training_->advance(slice_steps, stop);
    training_seconds_ = seconds_before + cpu.seconds() + training_->thread_seconds();
    if (!advanced) {
      diagnosis_ = advanced.error().message;
      return {};
    }
    show_progress();
    if (auto state = training_->take_state_for_larger_budget(); !state.empty())
      for_larger_budget_ = std::move(state);
    const bool due = std::chrono::duration<double>(Clock::now() - saved_at).count() >= context_.save_interval;
    if (!due && !training_->finished() && !stop.stop_requested()) continue;
    WINDHOVER_RETURN_IF_ERROR(save());
    saved_at = Clock::now();
    if (stop.stop_requested()) return {};
  }
  return {};
}

Result<void> RunInProgress::save(Flush flush) {
  return context_.store.write_state(plan_.id, identity_,
                                    {.training_seconds = training_seconds_,
                                     .provenance = provenance_,
                                     .body = training_->save(),
                                     .for_larger_budget = for_larger_budget_},
                                    flush);
}

void RunInProgress::show_progress() {
  const RunCost cost = cost_of(plan_);
  const auto expected = static_cast<double>(std::max<std::uint64_t>(training_->steps_expected(), 1));
  monitor_.fraction = cost.training / cost.total() * static_cast<double>(training_->steps_done()) / expected;
  monitor_.session_steps = training_->steps_done() - steps_at_start_;
}

Result<RunEnd> RunInProgress::evaluate(const std::stop_token& stop) {
  const ThreadClock cpu;
  const std::vector<std::span<const float>> models(trained_.models.begin(), trained_.models.end());
  auto rows = rl::evaluate(plan_.cell->architecture, models, evaluation_setup(plan_), stop);
  if (!rows && rows.error().kind == ErrorKind::stopped) return RunEnd();
  if (!rows) return record_failure(rows.error().message);
  return record_success(*std::move(rows), cpu.seconds());
}

record::Run RunInProgress::make_record() const {
  record::Run run;
  run.id = plan_.id;
  run.config = configuration_;
  run.training = trained_.rows;
  run.summary.parameters = static_cast<std::int64_t>(layout_.parameter_count());
  run.summary.steps = trained_.steps;
  run.summary.training_seconds = training_seconds_;
  run.summary.provenance = provenance_;
  return run;
}

Result<RunEnd> RunInProgress::record_success(std::vector<EvaluationRow> rows, double evaluation_seconds) {
  record::Run run = make_record();
  run.evaluation = std::move(rows);
  run.summary.models = static_cast<int>(trained_.models.size());
  run.summary.evaluation_seconds = evaluation_seconds;
  run.summary.digest = record::run_digest(canonical_models(layout_, trained_), run.evaluation);
  auto files = model_files(plan_, configuration_, trained_);
  if (!for_larger_budget_.empty()) files.push_back(budget_file());
  WINDHOVER_RETURN_IF_ERROR(
      context_.store.write_run(run, files, plan_.cell->basis.environment->action_names));
  return RunEnd(std::move(run.summary));
}

/// What a larger budget goes on from, in the form of a saved state.
record::ModelFile RunInProgress::budget_file() const {
  const auto content = state_content(
      identity_,
      {.training_seconds = training_seconds_, .provenance = provenance_, .body = for_larger_budget_});
  return record::ModelFile::of(record::budget_state_name, content);
}

Result<RunEnd> RunInProgress::record_failure(const std::string& diagnosis) {
  record::Run run = make_record();
  run.summary.status = record::RunStatus::failed;
  run.summary.diagnosis = fmt::format("cell {}, {}", plan_.id.cell, diagnosis);
  run.summary.digest = record::run_digest({}, {});
  WINDHOVER_RETURN_IF_ERROR(context_.store.write_run(run, {}, plan_.cell->basis.environment->action_names));
  context_.note(fmt::format("run {} failed: {}", plan_.id.folder().string(), run.summary.diagnosis));
  return RunEnd(std::move(run.summary));
}

}  // namespace

std::string starting_again(const record::RunId& id, const Error& error) {
  return fmt::format("{}; starting run {} again", error.message, id.folder().string());
}

Result<RunEnd> perform_run(const RunContext& context, const RunPlan& run, RunMonitor& monitor,
                           const std::stop_token& stop) {
  auto end = RunInProgress(context, run, monitor).perform(stop);
  if (!end && end.error().kind == ErrorKind::stopped) return RunEnd();
  if (end && *end) {
    monitor.fraction = 1;
    monitor.stage = RunStage::done;
    static_cast<void>(context.store.remove_state(run.id));
  }
  return end;
}

}  // namespace windhover::study

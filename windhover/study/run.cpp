#include "windhover/study/run.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "windhover/core/threads.hpp"
#include "windhover/nn/checkpoint.hpp"
#include "windhover/record/identity.hpp"
#include "windhover/study/saved_state.hpp"
#include "windhover/study/version.hpp"

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
        configuration_text_(described::to_json(configuration_).dump()),
        identity_(record::identity_of(configuration_, record::Scope::training)),
        provenance_{context.provenance} {}

  Result<RunEnd> perform(const std::stop_token& stop);

 private:
  Result<void> create_training(const std::stop_token& stop);
  Result<void> start(const std::stop_token& stop);
  Result<bool> restore(const std::stop_token& stop);
  /// Trains to the end, until a stop, or until the training fails, which leaves its diagnosis.
  Result<void> train(const std::stop_token& stop);
  Result<void> save(Flush flush = Flush::now);
  Result<RunEnd> evaluate(const std::stop_token& stop);
  Result<RunEnd> record_success(std::vector<EvaluationRow> rows, double evaluation_seconds);
  Result<RunEnd> record_failure(const std::string& diagnosis);
  void show_progress();

  [[nodiscard]] record::Run make_record() const;
  [[nodiscard]] record::ModelFile model_file(int model) const;

  const RunContext& context_;
  const RunPlan& plan_;
  RunMonitor& monitor_;
  record::RunConfig configuration_;
  std::string configuration_text_;
  std::string identity_;                        ///< of the training
  std::vector<record::Provenance> provenance_;  ///< of earlier sessions, and of this one
  std::unique_ptr<rl::Training> training_;
  std::uint64_t steps_at_start_ = 0;
  double training_seconds_ = 0;
  std::string diagnosis_;  ///< why the training failed; empty if it did not
};

Result<RunEnd> RunInProgress::perform(const std::stop_token& stop) {
  WINDHOVER_RETURN_IF_ERROR(start(stop));
  steps_at_start_ = training_->steps_done();
  show_progress();
  monitor_.fraction_at_start = monitor_.fraction.load();
  monitor_.stage = RunStage::training;

  WINDHOVER_RETURN_IF_ERROR(train(stop));
  if (!diagnosis_.empty()) return record_failure(diagnosis_);
  if (!training_->finished()) return RunEnd();
  if (const auto checked = rl::check_parameters(*training_); !checked) {
    return record_failure(
        fmt::format("arm {}, seed {}: {}", plan_.id.arm, plan_.id.seed, checked.error().message));
  }
  monitor_.stage = RunStage::evaluating;
  return evaluate(stop);
}

/// A run has a state from its start on, by which others see that it is at work.
Result<void> RunInProgress::start(const std::stop_token& stop) {
  WINDHOVER_RETURN_IF_ERROR(create_training(stop));
  const auto restored = restore(stop);
  if (!restored) return Failure(restored.error());
  return *restored ? Result<void>() : save(Flush::later);
}

Result<void> RunInProgress::create_training(const std::stop_token& stop) {
  auto setup = training_setup(plan_);
  setup.stop = stop;
  auto training = rl::Training::create(setup);
  if (!training) return in_context(plan_.id.folder().string(), training.error());
  training_ = *std::move(training);
  return {};
}

/// Whether there was a state to go on from.
Result<bool> RunInProgress::restore(const std::stop_token& stop) {
  if (!context_.out.has(state_place(plan_.id))) return false;
  const auto state = read_state(context_.out, plan_.id, identity_);
  const auto restored = state ? training_->restore(state->body) : Result<void>(Failure(state.error()));
  if (restored) {
    training_seconds_ = state->training_seconds;
    provenance_ = state->provenance;
    if (provenance_.empty() || provenance_.back() != context_.provenance)
      provenance_.push_back(context_.provenance);
    return true;
  }
  context_.note(
      fmt::format("{}; starting run {} again", restored.error().message, plan_.id.folder().string()));
  return create_training(stop).transform([] { return false; });
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
    const bool due = std::chrono::duration<double>(Clock::now() - saved_at).count() >= context_.save_interval;
    if (!due && !training_->finished() && !stop.stop_requested()) continue;
    WINDHOVER_RETURN_IF_ERROR(save());
    saved_at = Clock::now();
    if (stop.stop_requested()) return {};
  }
  return {};
}

Result<void> RunInProgress::save(Flush flush) {
  return write_state(
      context_.out, plan_.id, identity_,
      {.training_seconds = training_seconds_, .provenance = provenance_, .body = training_->save()}, flush);
}

void RunInProgress::show_progress() {
  const RunCost cost = cost_of(plan_);
  const auto expected = static_cast<double>(std::max<std::uint64_t>(training_->steps_expected(), 1));
  monitor_.fraction = cost.training / cost.total() * static_cast<double>(training_->steps_done()) / expected;
  monitor_.session_steps = training_->steps_done() - steps_at_start_;
}

Result<RunEnd> RunInProgress::evaluate(const std::stop_token& stop) {
  const ThreadClock cpu;
  auto rows =
      rl::evaluate(plan_.cell->architecture, rl::all_parameters(*training_), evaluation_setup(plan_), stop);
  if (!rows && rows.error().kind == ErrorKind::stopped) return RunEnd();
  if (!rows) return record_failure(rows.error().message);
  return record_success(*std::move(rows), cpu.seconds());
}

record::Run RunInProgress::make_record() const {
  record::Run run;
  run.id = plan_.id;
  run.config = configuration_;
  run.training = training_->rows();
  run.summary.parameters = static_cast<std::int64_t>(training_->layout().parameter_count());
  run.summary.steps = training_->steps_done();
  run.summary.training_seconds = training_seconds_;
  run.summary.provenance = provenance_;
  return run;
}

record::ModelFile RunInProgress::model_file(int model) const {
  std::int32_t episodes = 0;
  for (const auto& row : training_->rows()) episodes = std::max(episodes, row.episode + 1);
  const nn::Metadata metadata = {{"cell", plan_.id.cell},
                                 {"arm", plan_.id.arm},
                                 {"seed", std::to_string(plan_.id.seed)},
                                 {"model", std::to_string(model)},
                                 {"episode", std::to_string(episodes)},
                                 {"version", std::string(version())},
                                 {"config", configuration_text_}};
  const std::string file =
      nn::write_safetensors(plan_.cell->architecture, training_->parameters(model), metadata);
  const auto bytes = std::as_bytes(std::span(file));
  return {.name = model_file_name(model, training_->models()),
          .content = std::vector<std::byte>(bytes.begin(), bytes.end())};
}

Result<RunEnd> RunInProgress::record_success(std::vector<EvaluationRow> rows, double evaluation_seconds) {
  record::Run run = make_record();
  run.evaluation = std::move(rows);
  run.summary.models = training_->models();
  run.summary.evaluation_seconds = evaluation_seconds;
  std::vector<record::ModelFile> files;
  std::vector<std::vector<std::byte>> parameters;
  for (int model = 0; model < training_->models(); ++model) {
    files.push_back(model_file(model));
    parameters.push_back(nn::canonical_bytes(training_->layout(), training_->parameters(model)));
  }
  run.summary.digest = record::run_digest(parameters, run.evaluation);
  WINDHOVER_RETURN_IF_ERROR(
      record::write_run(context_.out, run, files, plan_.cell->basis.environment->action_names));
  return RunEnd(std::move(run.summary));
}

Result<RunEnd> RunInProgress::record_failure(const std::string& diagnosis) {
  record::Run run = make_record();
  run.summary.status = record::RunStatus::failed;
  run.summary.diagnosis = fmt::format("cell {}, {}", plan_.id.cell, diagnosis);
  run.summary.digest = record::run_digest({}, {});
  WINDHOVER_RETURN_IF_ERROR(
      record::write_run(context_.out, run, {}, plan_.cell->basis.environment->action_names));
  context_.note(fmt::format("run {} failed: {}", plan_.id.folder().string(), run.summary.diagnosis));
  return RunEnd(std::move(run.summary));
}

}  // namespace

std::string model_file_name(int model, int models) {
  return models == 1 ? "model.safetensors" : fmt::format("model-worker-{}.safetensors", model);
}

Result<RunEnd> perform_run(const RunContext& context, const RunPlan& run, RunMonitor& monitor,
                           const std::stop_token& stop) {
  auto end = RunInProgress(context, run, monitor).perform(stop);
  if (!end && end.error().kind == ErrorKind::stopped) return RunEnd();
  if (end && *end) {
    monitor.fraction = 1;
    monitor.stage = RunStage::done;
    static_cast<void>(context.out.remove(state_place(run.id)));
  }
  return end;
}

}  // namespace windhover::study

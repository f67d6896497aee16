#include "windhover/ranks/rank_worker.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "windhover/ranks/plan_digest.hpp"
#include "windhover/ranks/remote_store.hpp"
#include "windhover/study/document.hpp"
#include "windhover/study/thread_crew.hpp"

namespace windhover::ranks {
namespace {

using Clock = std::chrono::steady_clock;

Result<study::Plan> make_plan(const StudyMessage& message, std::string_view study_file) {
  auto document = study::Document::parse(study_file, message.origin);
  if (!document) return Failure(document.error());
  WINDHOVER_RETURN_IF_ERROR(document->override_with(message.overrides));
  return study::make_plan(*document, message.quick);
}

/// A rank at its study: rank 0 in the place of a dispatcher.
class Worker final : public study::Dispatcher {
 public:
  Worker(Transport& transport, const StudyMessage& message, study::Plan plan, const WorkerOptions& options)
      : transport_(transport),
        progress_interval_(message.progress_interval),
        plan_(std::move(plan)),
        store_(transport),
        context_{.plan = plan_,
                 .store = store_,
                 .save_interval = message.save_interval,
                 .provenance = options.provenance,
                 .note = [this](const std::string& text) { note(text); }} {
    for (const auto& run : runs_of(plan_)) runs_.emplace(run.id, run);
    threads_.emplace(options.jobs, runs_.size());
  }

  /// Error: the system gives no threads.
  [[nodiscard]] Result<void> start() { return threads_->start(context_, *this); }
  [[nodiscard]] Result<void> begin(const Message& message);
  [[nodiscard]] Result<void> state_kept(const Message& message);
  void request_stop() { stop_.request_stop(); }
  void finish() {
    request_stop();
    threads_->finish();
  }
  void send_progress_if_due();

  void joined(std::size_t /*worker*/, int /*threads*/) override {}  // rank 0 knows
  void ended(study::Job& job, Result<study::RunEnd> end) override;
  void lost(std::size_t /*worker*/, const std::string& why) override { note(why); }
  void note(const std::string& text) override { transport_.send(0, encode(NoteMessage{.text = text})); }
  void fail(Error error) override { note(error.message); }
  [[nodiscard]] std::stop_token stop() const override { return stop_.get_token(); }

 private:
  [[nodiscard]] static ProgressMessage::Running progress_of(const study::Job& job);

  Transport& transport_;
  std::chrono::duration<double> progress_interval_;
  study::Plan plan_;
  RemoteStore store_;
  study::RunContext context_;
  std::map<record::RunId, study::RunPlan> runs_;
  std::stop_source stop_;
  Clock::time_point progress_sent_ = Clock::now();

  std::mutex mutex_;
  std::map<record::RunId, std::unique_ptr<study::Job>> at_work_;

  std::optional<study::ThreadCrew> threads_;  ///< last, so that its threads end first
};

Result<void> Worker::begin(const Message& message) {
  const auto content = content_of<BeginMessage>(message);
  if (!content) return Failure(content.error());
  const auto run = runs_.find(content->id);
  const auto name = content->id.folder().string();
  if (run == runs_.end()) return failure(fmt::format("run {} is not of this study", name));
  if (message.files.size() > 1) return failure(fmt::format("run {}: more than one state", name));
  if (!message.files.empty()) {
    auto state = study::parse_state(message.files.front(), training_identity(plan_, run->second));
    if (!state) return in_context(fmt::format("run {}", name), state.error());
    store_.put(content->id, *std::move(state));
  }
  auto job = std::make_unique<study::Job>();
  job->run = run->second;
  study::Job& begun = *job;
  {
    const std::scoped_lock lock(mutex_);
    if (!at_work_.emplace(content->id, std::move(job)).second)
      return failure(fmt::format("run {} is at work already", name));
  }
  threads_->begin(study::ThreadCrew::worker, begun);
  return {};
}

Result<void> Worker::state_kept(const Message& message) {
  return content_of<StateKeptMessage>(message).transform(
      [&](const auto& content) { store_.state_kept(content.id); });
}

ProgressMessage::Running Worker::progress_of(const study::Job& job) {
  return {.id = job.run.id,
          .stage = job.monitor.stage,
          .fraction = std::clamp(job.monitor.fraction.load(), 0.0, 1.0),
          .fraction_at_start = std::clamp(job.monitor.fraction_at_start.load(), 0.0, 1.0),
          .session_steps = job.monitor.session_steps};
}

/// What was done last of the run goes before its end, and nothing of it comes after.
void Worker::ended(study::Job& job, Result<study::RunEnd> end) {
  const auto id = job.run.id;
  const std::scoped_lock lock(mutex_);
  transport_.send(0, encode(ProgressMessage{.runs = {progress_of(job)}}));
  if (!end) {
    transport_.send(0, encode(FailedMessage{.id = id, .error = end.error().message}));
  } else if (*end) {
    transport_.send(0, store_.take_record(id));
  } else {
    store_.send_waiting_state(id);
    transport_.send(0, encode(StoppedMessage{.id = id}));
  }
  at_work_.erase(id);
}

void Worker::send_progress_if_due() {
  if (Clock::now() - progress_sent_ < progress_interval_) return;
  progress_sent_ = Clock::now();
  const std::scoped_lock lock(mutex_);
  if (at_work_.empty()) return;
  ProgressMessage message;
  for (const auto& [id, job] : at_work_) message.runs.push_back(progress_of(*job));
  transport_.send(0, encode(message));
}

/// What a rank does from its start to its end.
class Life {
 public:
  Life(Transport& transport, const WorkerOptions& options) : transport_(transport), options_(options) {}

  Result<void> live() {
    while (!ended_) {
      tell_signal_once();
      if (worker_) worker_->send_progress_if_due();
      const auto incoming = transport_.receive(patience);
      if (!incoming || incoming->from != 0) continue;
      if (!incoming->message) return end_early(failure("rank 0 has gone"));
      const auto message = decode(*incoming->message);
      const auto handled = message ? handle(*message) : Result<void>(Failure(message.error()));
      if (!handled) return end_early(in_context("rank 0", handled.error()));
    }
    finish();
    return {};
  }

 private:
  void tell_signal_once() {
    if (signal_told_ || !options_.stop.stop_requested()) return;
    signal_told_ = true;
    if (worker_) worker_->request_stop();
    transport_.send(0, encode(SignalMessage{.number = options_.signal()}));
  }

  Result<void> handle(const Message& message) {
    if (message.kind == Kind::study) return begin_study(message);
    if (message.kind == Kind::end) {
      ended_ = true;
      return {};
    }
    if (!worker_) return failure("a message came before the study");
    switch (message.kind) {
      case Kind::begin:
        return worker_->begin(message);
      case Kind::state_kept:
        return worker_->state_kept(message);
      case Kind::stop:
        worker_->request_stop();
        return {};
      default:
        return failure("a message of this kind was not expected here");
    }
  }

  Result<void> begin_study(const Message& message) {
    const auto content = content_of<StudyMessage>(message);
    if (!content) return Failure(content.error());
    if (worker_ || message.files.size() != 1) return failure("a study in the wrong place");
    HelloMessage hello{.program = options_.program, .threads = options_.jobs};
    auto plan = make_plan(*content, message.files.front());
    if (plan) {
      hello.digest = plan_digest(*plan);
      worker_ = std::make_unique<Worker>(transport_, *content, *std::move(plan), options_);
      if (const auto started = worker_->start(); !started) hello.error = started.error().message;
    } else {
      hello.error = plan.error().message;
    }
    transport_.send(0, encode(hello));
    return {};
  }

  void finish() {
    if (worker_) worker_->finish();
    transport_.send(0, encode(FarewellMessage()));
  }

  Failure end_early(Failure error) {
    finish();
    return error;
  }

  Transport& transport_;
  const WorkerOptions& options_;
  std::unique_ptr<Worker> worker_;
  bool signal_told_ = false;
  bool ended_ = false;
};

}  // namespace

Result<void> work_for_rank_0(Transport& transport, const WorkerOptions& options) {
  return Life(transport, options).live();
}

}  // namespace windhover::ranks

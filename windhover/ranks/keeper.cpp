#include "windhover/ranks/keeper.hpp"

#include <span>
#include <vector>

#include <fmt/format.h>

#include "windhover/core/bytes.hpp"
#include "windhover/core/threads.hpp"
#include "windhover/record/layout.hpp"
#include "windhover/record/row_files.hpp"
#include "windhover/study/checked_record.hpp"

namespace windhover::ranks {
namespace {

using Clock = std::chrono::steady_clock;

/// What has come and was not yet handled is bounded; the rest waits where it was sent.
constexpr std::uint64_t most_waiting_bytes = std::uint64_t{1} << 25;

std::uint64_t size_of(const Incoming& incoming) { return incoming.message ? incoming.message->size() : 0; }

/// What came of a run as a record, with its models.
struct ReceivedRun {
  record::Run run;
  std::vector<record::ModelFile> files;
};

/// Behind the models may be the state that a larger budget goes on from, and nothing else.
Result<void> check_other_files(const ReceivedRun& received, const std::string& training) {
  const auto models = static_cast<std::size_t>(received.run.summary.models);
  for (std::size_t i = models; i < received.files.size(); ++i) {
    const auto& file = received.files[i];
    if (i > models || file.name != record::budget_state_name)
      return failure(fmt::format("a file '{}', which no run has", file.name));
    const auto state = study::parse_state(as_text(file.content), training);
    if (!state) return in_context(file.name, state.error());
  }
  return {};
}

Result<ReceivedRun> read_run(const study::Plan& plan, const study::RunPlan& asked,
                             const FinishedMessage& content, const Message& message) {
  if (content.config != run_configuration(plan, asked))
    return failure("another configuration than the plan's");
  if (message.files.size() != content.files.size() + 2) return failure("another number of files than names");
  auto training = record::parse_training_csv(message.files[0], "training.csv");
  if (!training) return Failure(training.error());
  auto evaluation = record::parse_evaluation_csv(message.files[1], "evaluation.csv");
  if (!evaluation) return Failure(evaluation.error());
  if (evaluation->action_names != asked.cell->basis.environment->action_names)
    return failure("evaluation.csv has other actions than the environment");
  ReceivedRun received;
  received.run = {.id = asked.id,
                  .config = content.config,
                  .summary = content.summary,
                  .training = *std::move(training),
                  .evaluation = std::move(evaluation->rows),
                  .action_names = {}};
  for (std::size_t file = 0; file < content.files.size(); ++file) {
    received.files.push_back(record::ModelFile::of(content.files[file], message.files[file + 2]));
  }
  if (received.run.summary.status == record::RunStatus::missing) return failure("a run that is missing");
  if (received.run.summary.semantics != record::semantics) return failure("results of other semantics");
  if (const auto fault = study::digest_fault(received.run, received.files); !fault.empty())
    return failure(fault);
  WINDHOVER_RETURN_IF_ERROR(check_other_files(received, training_identity(plan, asked)));
  return received;
}

}  // namespace

Result<void> Keeper::listen() {
  auto thread = start_thread([this](const std::stop_token& end) { work(end); });
  if (!thread) return in_context("listening to other ranks", thread.error());
  thread_ = *std::move(thread);
  return {};
}

void Keeper::post(Incoming incoming) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return ending_ || waiting_bytes_ < most_waiting_bytes; });
  waiting_bytes_ += size_of(incoming);
  incoming_.push_back(std::move(incoming));
  changed_.notify_all();
}

void Keeper::start(const study::RunContext& context, study::Dispatcher& dispatcher) {
  const std::scoped_lock lock(mutex_);
  given_context_ = &context;
  given_dispatcher_ = &dispatcher;
  changed_.notify_all();
}

void Keeper::begin(int rank, study::Job& job) {
  const std::scoped_lock lock(mutex_);
  begun_.emplace_back(rank, &job);
  changed_.notify_all();
}

void Keeper::finish() {
  std::unique_lock lock(mutex_);
  given_context_ = nullptr;
  given_dispatcher_ = nullptr;
  changed_.notify_all();
  changed_.wait(lock, [this] { return dispatcher_ == nullptr; });
}

Keeper::~Keeper() {
  const std::scoped_lock lock(mutex_);
  ending_ = true;
  thread_.request_stop();
  changed_.notify_all();
}

void Keeper::work(const std::stop_token& end) {
  while (!end.stop_requested()) {
    join_or_leave();
    send_begun();
    send_stop_once();
    if (const auto incoming = next()) take(*incoming);
  }
}

/// What came next; nothing if there is something else to do, or to look for.
std::optional<Incoming> Keeper::next() {
  std::unique_lock lock(mutex_);
  const auto has_other_work = [this] {
    return ending_ || dispatcher_ != given_dispatcher_ || !begun_.empty();
  };
  changed_.wait_for(lock, patience, [&] { return has_other_work() || !incoming_.empty(); });
  if (has_other_work() || incoming_.empty()) return std::nullopt;
  auto incoming = std::move(incoming_.front());
  incoming_.pop_front();
  waiting_bytes_ -= size_of(incoming);
  changed_.notify_all();
  return incoming;
}

/// As start and finish ask for.
void Keeper::join_or_leave() {
  {
    const std::scoped_lock lock(mutex_);
    if (dispatcher_ == given_dispatcher_) return;
    dispatcher_ = given_dispatcher_;
    context_ = given_context_;
    changed_.notify_all();
  }
  if (dispatcher_ == nullptr) return;
  for (const auto& [rank, peer] : peers_) dispatcher_->joined(static_cast<std::size_t>(rank), peer.threads);
}

/// A rank that has gone meanwhile had its runs given to others.
void Keeper::send_begun() {
  std::deque<std::pair<int, study::Job*>> begun;
  {
    const std::scoped_lock lock(mutex_);
    if (context_ == nullptr) return;  // begun before this thread has joined: it will have, next time
    begun = std::exchange(begun_, {});
  }
  for (const auto& [rank, job] : begun) {
    if (!peers_.contains(rank)) continue;
    const auto begin = Clock::now();
    send_run(rank, *job);
    count(Kind::begin, begin);
  }
}

void Keeper::send_run(int rank, study::Job& job) {
  const auto& id = job.run.id;
  const auto training = training_identity(context_->plan, job.run);
  std::string content;
  std::vector<std::string_view> files;
  const auto state = context_->store.read_state(id, training);
  if (!state) context_->note(study::starting_again(id, state.error()));
  if (state && *state) {
    content = study::state_content(training, **state);
    files.emplace_back(content);
  }
  peers_.at(rank).at_work.emplace(id, &job);
  transport_.send(rank, encode(BeginMessage{.id = id}, files));
}

void Keeper::send_stop_once() {
  if (stop_sent_ || dispatcher_ == nullptr || !dispatcher_->stop().stop_requested()) return;
  stop_sent_ = true;
  for (const auto& [rank, peer] : peers_) transport_.send(rank, encode(StopMessage()));
}

void Keeper::take(const Incoming& incoming) {
  const int rank = incoming.from;
  if (!peers_.contains(rank)) return;
  if (!incoming.message) return dismiss(rank, fmt::format("{} has gone; others do its runs", name_of(rank)));
  const auto begin = Clock::now();
  const auto message = decode(*incoming.message);
  const auto handled = message ? handle(rank, *message) : Result<void>(Failure(message.error()));
  if (message && dispatcher_ != nullptr) count(message->kind, begin);
  if (handled) return;
  if (dispatcher_ != nullptr) dispatcher_->fail(in_context(name_of(rank), handled.error()).value());
  dismiss(rank, {});
}

void Keeper::count(Kind kind, Clock::time_point begin) {
  Handled& handled = handled_[kind];
  ++handled.messages;
  handled.seconds += std::chrono::duration<double>(Clock::now() - begin).count();
}

/// Nothing of it is heard any more.
void Keeper::dismiss(int rank, const std::string& note) {
  peers_.erase(rank);
  if (dispatcher_ != nullptr) dispatcher_->lost(static_cast<std::size_t>(rank), note);
}

Result<void> Keeper::handle(int rank, const Message& message) {
  if (message.kind == Kind::signal) {
    return content_of<SignalMessage>(message).transform(
        [&](const auto& signal) { on_signal_(signal.number); });
  }
  if (dispatcher_ == nullptr) return failure("a message came before a run was begun");
  switch (message.kind) {
    case Kind::state:
      return keep_state(rank, message);
    case Kind::finished:
      return keep_run(rank, message);
    case Kind::progress:
      return show_progress(rank, message);
    case Kind::note:
      return content_of<NoteMessage>(message).transform([&](const auto& note) { context_->note(note.text); });
    case Kind::stopped: {
      const auto content = content_of<StoppedMessage>(message);
      if (!content) return Failure(content.error());
      return job_of(rank, content->id).transform([&](auto* job) { end_run(rank, *job, study::RunEnd()); });
    }
    case Kind::failed: {
      const auto content = content_of<FailedMessage>(message);
      if (!content) return Failure(content.error());
      const auto error = failure(fmt::format("{}: {}", name_of(rank), content->error));
      return job_of(rank, content->id).transform([&](auto* job) { end_run(rank, *job, error); });
    }
    default:
      return failure("a message of this kind was not expected here");
  }
}

Result<study::Job*> Keeper::job_of(int rank, const record::RunId& id) const {
  const auto& jobs = peers_.at(rank).at_work;
  const auto found = jobs.find(id);
  if (found == jobs.end())
    return failure(fmt::format("it speaks of run {}, which it was not given", id.folder().string()));
  return found->second;
}

void Keeper::end_run(int rank, study::Job& job, Result<study::RunEnd> end) {
  peers_.at(rank).at_work.erase(job.run.id);
  dispatcher_->ended(job, std::move(end));
}

Result<void> Keeper::keep_state(int rank, const Message& message) {
  const auto content = content_of<StateMessage>(message);
  if (!content) return Failure(content.error());
  const auto job = job_of(rank, content->id);
  if (!job) return Failure(job.error());
  const auto run = content->id.folder().string();
  if (message.files.size() != 1) return failure(fmt::format("run {}: a state without a body", run));
  const auto training = training_identity(context_->plan, (*job)->run);
  const auto state = study::parse_state(message.files.front(), training);
  if (!state) return in_context(fmt::format("run {}: its state", run), state.error());
  const auto kept =
      context_->store.write_state(content->id, training, *state, content->flush ? Flush::now : Flush::later);
  // The disk is rank 0's: the rank has done nothing wrong, and saves what it can once it is told to stop.
  if (!kept) dispatcher_->fail(kept.error());
  transport_.send(rank, encode(StateKeptMessage{.id = content->id}));
  return {};
}

Result<void> Keeper::keep_run(int rank, const Message& message) {
  auto content = content_of<FinishedMessage>(message);
  if (!content) return Failure(content.error());
  const auto found = job_of(rank, content->config.id);
  if (!found) return Failure(found.error());
  study::Job& job = **found;
  auto received = read_run(context_->plan, job.run, *content, message);
  if (!received)
    return failure(fmt::format("run {}: {}", job.run.id.folder().string(), received.error().message));
  const auto kept = context_->store.write_run(received->run, received->files,
                                              job.run.cell->basis.environment->action_names);
  if (!kept) {
    end_run(rank, job, Failure(kept.error()));
    return {};
  }
  static_cast<void>(context_->store.remove_state(job.run.id));
  job.monitor.fraction = 1;
  job.monitor.stage = study::RunStage::done;
  end_run(rank, job, study::RunEnd(std::move(received->run.summary)));
  return {};
}

Result<void> Keeper::show_progress(int rank, const Message& message) {
  const auto content = content_of<ProgressMessage>(message);
  if (!content) return Failure(content.error());
  for (const auto& running : content->runs) {
    const auto job = job_of(rank, running.id);
    if (!job) return Failure(job.error());
    const auto is_fraction = [](double value) { return value >= 0 && value <= 1; };
    if (!is_fraction(running.fraction) || !is_fraction(running.fraction_at_start))
      return failure(fmt::format("run {}: a progress that is no fraction", running.id.folder().string()));
    study::RunMonitor& monitor = (*job)->monitor;
    monitor.fraction_at_start = running.fraction_at_start;
    monitor.fraction = running.fraction;
    monitor.session_steps = running.session_steps;
    monitor.stage = running.stage;
  }
  return {};
}

}  // namespace windhover::ranks

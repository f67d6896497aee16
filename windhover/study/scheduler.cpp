#include "windhover/study/scheduler.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "windhover/study/hand_out.hpp"
#include "windhover/study/tally.hpp"
#include "windhover/study/thread_crew.hpp"

namespace windhover::study {
namespace {

constexpr auto progress_interval = std::chrono::milliseconds(200);

int threads_of(const RunPlan& run) {
  const Settings& settings = run.cell->settings;
  return settings.learner.schedule == "threads" ? settings.training.workers : 1;
}

class Scheduler final : public Dispatcher {
 public:
  Scheduler(const Plan& plan, const Workload& workload, const ScheduleOptions& options, Observer& observer)
      : workload_(workload),
        observer_(observer),
        store_(options.out),
        context_{.plan = plan,
                 .store = store_,
                 .save_interval = options.save_interval,
                 .provenance = options.provenance,
                 .note = [this](const std::string& text) { note(text); }},
        threads_(std::max(options.jobs, 1), workload.pending.size()),
        jobs_(workload.pending.size()),
        tally_(workload.done_cost),
        hand_out_(fill_jobs()) {}

  Result<void> carry_out(const OnRunsEnded& on_runs_ended, const std::stop_token& stop);

  void joined(std::size_t worker, int threads) override;
  void ended(Job& job, Result<RunEnd> end) override;
  void lost(std::size_t worker, const std::string& why) override;
  void note(const std::string& text) override;
  void fail(Error error) override;
  [[nodiscard]] std::stop_token stop() const override { return stop_.get_token(); }

 private:
  [[nodiscard]] std::vector<RunLoad> fill_jobs();
  void hand_out();
  void watch(const OnRunsEnded& on_runs_ended);
  [[nodiscard]] bool over() const;

  [[nodiscard]] Progress progress() const;

  const Workload& workload_;
  Observer& observer_;
  FolderStore store_;
  RunContext context_;
  ThreadCrew threads_;
  std::vector<Job> jobs_;  ///< in the workload's order
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::stop_source stop_;

  // Below: guarded by the mutex.
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t ended_ = 0;          ///< finished or failed in this session
  std::size_t failed_ = 0;         ///< of these
  std::vector<EndedRun> unheard_;  ///< of these, not yet passed on
  Tally tally_;
  HandOut hand_out_;
  std::vector<std::string> notes_;
  std::optional<Error> error_;
};

std::vector<RunLoad> Scheduler::fill_jobs() {
  std::vector<RunLoad> loads;
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    jobs_[i].run = workload_.pending[i];
    jobs_[i].cost = cost_of(jobs_[i].run).total();
    tally_.expect(jobs_[i]);
    loads.push_back({.cost = jobs_[i].cost, .threads = threads_of(jobs_[i].run)});
  }
  return loads;
}

Result<void> Scheduler::carry_out(const OnRunsEnded& on_runs_ended, const std::stop_token& stop) {
  const std::stop_callback forward(stop, [this] { stop_.request_stop(); });
  if (auto started = threads_.start(context_, *this); !started) fail(std::move(started).error());
  watch(on_runs_ended);
  threads_.finish();
  if (error_) return Failure(*error_);
  return {};
}

void Scheduler::joined(std::size_t worker, int threads) {
  const std::scoped_lock lock(mutex_);
  hand_out_.join(worker, threads);
  hand_out();
}

/// All that can begin now. Called with the mutex locked.
void Scheduler::hand_out() {
  while (!stop_.stop_requested()) {
    const auto assigned = hand_out_.next();
    if (!assigned) return;
    Job& job = jobs_[assigned->run];
    tally_.begin(job);
    threads_.begin(assigned->worker, job);
  }
}

void Scheduler::ended(Job& job, Result<RunEnd> end) {
  if (!end) fail(end.error());
  const std::scoped_lock lock(mutex_);
  hand_out_.end(static_cast<std::size_t>(&job - jobs_.data()));
  tally_.end(job);
  hand_out();
  changed_.notify_all();
  if (!end || !*end) return;
  ++ended_;
  if ((*end)->failed()) ++failed_;
  unheard_.push_back({.id = job.run.id, .summary = **std::move(end)});
}

void Scheduler::lost(std::size_t worker, const std::string& why) {
  note(why);
  const std::scoped_lock lock(mutex_);
  for (const std::size_t run : hand_out_.lose(worker)) tally_.give_back(jobs_[run]);
  hand_out();
  changed_.notify_all();
}

void Scheduler::fail(Error error) {
  stop_.request_stop();
  const std::scoped_lock lock(mutex_);
  if (!error_) error_ = std::move(error);
}

void Scheduler::note(const std::string& text) {
  const std::scoped_lock lock(mutex_);
  notes_.push_back(text);
}

/// Called with the mutex locked.
bool Scheduler::over() const {
  return hand_out_.at_work() == 0 && (stop_.stop_requested() || hand_out_.pending() == 0);
}

void Scheduler::watch(const OnRunsEnded& on_runs_ended) {
  bool working = true;
  while (working) {
    std::vector<std::string> notes;
    std::vector<EndedRun> ended;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, progress_interval, [&] { return over() || !unheard_.empty(); });
      notes = std::exchange(notes_, {});
      ended = std::exchange(unheard_, {});
      working = !over();
    }
    for (const auto& note : notes) observer_.note(note);
    observer_.progress(progress());
    if (ended.empty()) continue;
    if (auto taken_in = on_runs_ended(ended); !taken_in) fail(std::move(taken_in).error());
  }
}

Progress Scheduler::progress() const {
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  const std::scoped_lock lock(mutex_);
  Progress shown = tally_.progress(seconds);
  shown.runs = workload_.done + jobs_.size();
  shown.runs_done = workload_.done + ended_;
  shown.runs_failed = workload_.failed + failed_;
  return shown;
}

}  // namespace

Result<void> carry_out(const Plan& plan, const Workload& workload, const ScheduleOptions& options,
                       Observer& observer, const OnRunsEnded& on_runs_ended, const std::stop_token& stop) {
  return Scheduler(plan, workload, options, observer).carry_out(on_runs_ended, stop);
}

}  // namespace windhover::study

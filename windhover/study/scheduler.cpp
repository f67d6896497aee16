#include "windhover/study/scheduler.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <numeric>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "windhover/core/threads.hpp"
#include "windhover/study/tally.hpp"

namespace windhover::study {
namespace {

constexpr auto progress_interval = std::chrono::milliseconds(200);

class Scheduler {
 public:
  Scheduler(const Plan& plan, const Workload& workload, const ScheduleOptions& options, Observer& observer)
      : workload_(workload),
        options_(options),
        observer_(observer),
        context_{.plan = plan,
                 .out = options.out,
                 .save_interval = options.save_interval,
                 .provenance = options.provenance,
                 .note = [this](const std::string& text) { add_note(text); }},
        jobs_(workload.pending.size()),
        tally_(workload.done_cost) {
    fill_jobs();
  }

  Result<void> carry_out(const OnRunsEnded& on_runs_ended, const std::stop_token& stop);

 private:
  void fill_jobs();
  Result<void> start_threads(std::vector<std::jthread>& pool);
  void work();
  Result<RunEnd> perform(Job& job);
  Job* next_job();
  void run_ended(Job& job, Result<RunEnd> end);
  [[nodiscard]] int jobs_at_once() const { return std::max(options_.jobs, 1); }
  [[nodiscard]] int threads_of(const Job& job) const;
  void add_note(const std::string& text);
  void watch(const OnRunsEnded& on_runs_ended);
  void fail(Error error);

  [[nodiscard]] Progress progress() const;

  const Workload& workload_;
  const ScheduleOptions& options_;
  Observer& observer_;
  RunContext context_;
  std::vector<Job> jobs_;  ///< the most costly first
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::stop_source stop_;

  // Below: guarded by the mutex.
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t next_ = 0;
  int working_ = 0;                ///< threads of the pool that have not ended
  int busy_ = 0;                   ///< threads of the runs at work
  std::size_t ended_ = 0;          ///< finished or failed in this session
  std::size_t failed_ = 0;         ///< of these
  std::vector<EndedRun> unheard_;  ///< of these, not yet passed on
  Tally tally_;
  std::vector<std::string> notes_;
  std::optional<Error> error_;
};

void Scheduler::fill_jobs() {
  std::vector<std::size_t> order(jobs_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::vector<double> costs;
  for (const auto& run : workload_.pending) costs.push_back(cost_of(run).total());
  std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t index) { return costs[index]; });
  for (std::size_t i = 0; i < order.size(); ++i) {
    jobs_[i].run = workload_.pending[order[i]];
    jobs_[i].cost = costs[order[i]];
    tally_.expect(jobs_[i]);
  }
}

Result<void> Scheduler::carry_out(const OnRunsEnded& on_runs_ended, const std::stop_token& stop) {
  const std::stop_callback forward(stop, [this] { stop_.request_stop(); });
  {
    std::vector<std::jthread> pool;
    if (const auto started = start_threads(pool); !started) fail(started.error());
    watch(on_runs_ended);
  }
  if (error_) return Failure(*error_);
  return {};
}

/// Error: the system does not give as many as are wanted.
Result<void> Scheduler::start_threads(std::vector<std::jthread>& pool) {
  const auto wanted = std::min(jobs_.size(), static_cast<std::size_t>(jobs_at_once()));
  pool.reserve(wanted);
  while (pool.size() < wanted) {
    {
      const std::scoped_lock lock(mutex_);
      ++working_;
    }
    auto thread = start_thread([this] { work(); });
    if (!thread) {
      const std::scoped_lock lock(mutex_);
      --working_;
      return failure(fmt::format("{}: the system gives {} of the {} that --jobs {} asks for",
                                 thread.error().message, pool.size(), wanted, options_.jobs));
    }
    pool.push_back(*std::move(thread));
  }
  return {};
}

void Scheduler::work() {
  while (Job* job = next_job()) run_ended(*job, perform(*job));
  const std::scoped_lock lock(mutex_);
  --working_;
  changed_.notify_all();
}

/// Memory that runs out ends the study with a name, not the process.
Result<RunEnd> Scheduler::perform(Job& job) {
  try {
    return perform_run(context_, job.run, job.monitor, stop_.get_token());
  } catch (const std::exception& exception) {
    return failure(fmt::format("run {}: {}", job.run.id.folder().string(), exception.what()));
  }
}

/// Waits until the next job's threads fit beside those at work.
Job* Scheduler::next_job() {
  std::unique_lock lock(mutex_);
  const auto no_more = [this] { return stop_.stop_requested() || next_ == jobs_.size(); };
  changed_.wait(lock, [&] { return no_more() || busy_ + threads_of(jobs_[next_]) <= jobs_at_once(); });
  if (no_more()) return nullptr;
  Job& job = jobs_[next_++];
  busy_ += threads_of(job);
  tally_.begin(job);
  changed_.notify_all();
  return &job;
}

int Scheduler::threads_of(const Job& job) const {
  const Settings& settings = job.run.cell->settings;
  return settings.learner.schedule == "threads" ? std::min(settings.training.workers, jobs_at_once()) : 1;
}

void Scheduler::run_ended(Job& job, Result<RunEnd> end) {
  if (!end) fail(end.error());
  const std::scoped_lock lock(mutex_);
  busy_ -= threads_of(job);
  tally_.end(job);
  changed_.notify_all();
  if (!end || !*end) return;
  ++ended_;
  if ((*end)->failed()) ++failed_;
  unheard_.push_back({.id = job.run.id, .summary = **std::move(end)});
}

void Scheduler::fail(Error error) {
  stop_.request_stop();
  const std::scoped_lock lock(mutex_);
  if (!error_) error_ = std::move(error);
}

void Scheduler::add_note(const std::string& text) {
  const std::scoped_lock lock(mutex_);
  notes_.push_back(text);
}

void Scheduler::watch(const OnRunsEnded& on_runs_ended) {
  bool working = true;
  while (working) {
    std::vector<std::string> notes;
    std::vector<EndedRun> ended;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, progress_interval, [&] { return working_ == 0 || !unheard_.empty(); });
      notes = std::exchange(notes_, {});
      ended = std::exchange(unheard_, {});
      working = working_ > 0;
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

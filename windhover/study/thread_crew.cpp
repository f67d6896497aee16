#include "windhover/study/thread_crew.hpp"

#include <algorithm>
#include <exception>

#include <fmt/format.h>

#include "windhover/core/threads.hpp"

namespace windhover::study {
namespace {

/// Memory that runs out ends the study with a name, not the process.
Result<RunEnd> perform_safely(const RunContext& context, Job& job, const std::stop_token& stop) {
  try {
    return perform_run(context, job.run, job.monitor, stop);
  } catch (const std::exception& exception) {
    return failure(fmt::format("run {}: {}", job.run.id.folder().string(), exception.what()));
  }
}

}  // namespace

/// Error: the system does not give as many as are wanted.
Result<void> ThreadCrew::start(const RunContext& context, Dispatcher& dispatcher) {
  const auto wanted = std::min(runs_, static_cast<std::size_t>(jobs_));
  pool_.reserve(wanted);
  while (pool_.size() < wanted) {
    auto thread = start_thread([this, &context, &dispatcher] { work(context, dispatcher); });
    if (!thread) {
      return failure(fmt::format("{}: the system gives {} of the {} that --jobs {} asks for",
                                 thread.error().message, pool_.size(), wanted, jobs_));
    }
    pool_.push_back(*std::move(thread));
  }
  dispatcher.joined(worker, jobs_);
  return {};
}

void ThreadCrew::begin(std::size_t /*worker*/, Job& job) {
  const std::scoped_lock lock(mutex_);
  begun_.push_back(&job);
  changed_.notify_one();
}

void ThreadCrew::finish() {
  {
    const std::scoped_lock lock(mutex_);
    finished_ = true;
    changed_.notify_all();
  }
  pool_.clear();
}

void ThreadCrew::work(const RunContext& context, Dispatcher& dispatcher) {
  while (Job* job = next_job()) dispatcher.ended(*job, perform_safely(context, *job, dispatcher.stop()));
}

Job* ThreadCrew::next_job() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return finished_ || !begun_.empty(); });
  if (begun_.empty()) return nullptr;
  Job* job = begun_.front();
  begun_.pop_front();
  return job;
}

}  // namespace windhover::study

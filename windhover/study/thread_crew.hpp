#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "windhover/study/crew.hpp"

namespace windhover::study {

/// The threads of this process, as one worker.
class ThreadCrew final : public Crew {
 public:
  static constexpr std::size_t worker = 0;

  /// At most `runs` threads are made, since there is no work for more.
  ThreadCrew(int jobs, std::size_t runs) : jobs_(jobs), runs_(runs) {}

  [[nodiscard]] Result<void> start(const RunContext& context, Dispatcher& dispatcher) override;
  void begin(std::size_t worker, Job& job) override;
  void finish() override;

 private:
  void work(const RunContext& context, Dispatcher& dispatcher);
  Job* next_job();

  int jobs_;
  std::size_t runs_;
  std::vector<std::jthread> pool_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job*> begun_;  ///< not yet taken by a thread
  bool finished_ = false;
};

}  // namespace windhover::study

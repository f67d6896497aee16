#pragma once

#include <chrono>
#include <future>
#include <stop_token>
#include <type_traits>
#include <utility>

#include "windhover/core/result.hpp"
#include "windhover/core/threads.hpp"

namespace windhover {

/// What `work`, which takes a while and cannot be told to stop, returns (a Result); or, soon after a stop is
/// requested, the error `stopped`. The thread that does the work is left behind then, until the process ends,
/// which has to be soon and without the ends of static objects (std::_Exit). So `work` must own what it uses,
/// and change no file.
template <class Work>
[[nodiscard]] std::invoke_result_t<Work> unless_stopped(const std::stop_token& stop, Work work) {
  constexpr std::chrono::milliseconds patience(20);
  std::packaged_task<std::invoke_result_t<Work>()> task(std::move(work));
  auto outcome = task.get_future();
  auto thread = start_thread(std::move(task));
  if (!thread) return Failure(thread.error());
  thread->detach();
  while (outcome.wait_for(patience) != std::future_status::ready) {
    if (stop.stop_requested()) return stopped();
  }
  return outcome.get();
}

}  // namespace windhover

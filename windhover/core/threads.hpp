#pragma once

#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <time.h>

#include "windhover/core/result.hpp"

namespace windhover {

/// A thread that does `work`. Error: the system gives no thread, as beyond a limit of processes.
template <class Work>
[[nodiscard]] Result<std::jthread> start_thread(Work&& work) {
  try {
    return std::jthread(std::forward<Work>(work));
  } catch (const std::system_error& error) {
    return failure(fmt::format("cannot start a thread: {}", error.code().message()));
  }
}

/// CPU time of the thread that makes it and asks it.
class ThreadClock {
 public:
  /// Seconds since it was made.
  [[nodiscard]] double seconds() const { return now() - start_; }

 private:
  [[nodiscard]] static double now() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  }

  double start_ = now();
};

}  // namespace windhover

#include "apps/windhover/signals.hpp"

#include <cstdlib>
#include <ctime>

#include "apps/windhover/command.hpp"

namespace windhover::app {

SignalWatch::SignalWatch() {
  sigemptyset(&watched_);
  sigaddset(&watched_, SIGINT);
  sigaddset(&watched_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &watched_, &previous_);
  thread_ = std::jthread([this](const std::stop_token& ended) { wait(ended); });
}

SignalWatch::~SignalWatch() {
  thread_.request_stop();
  thread_.join();
  pthread_sigmask(SIG_SETMASK, &previous_, nullptr);
}

void SignalWatch::wait(const std::stop_token& ended) {
  constexpr timespec patience{.tv_sec = 0, .tv_nsec = 50'000'000};
  while (!ended.stop_requested()) {
    const int signal = sigtimedwait(&watched_, nullptr, &patience);
    if (signal <= 0) continue;
    if (caught_ != 0) std::_Exit(exit_signal_base + signal);
    caught_ = signal;
    stop_.request_stop();
  }
}

}  // namespace windhover::app

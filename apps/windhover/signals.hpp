#pragma once

#include <atomic>
#include <csignal>
#include <stop_token>
#include <thread>

namespace windhover::app {

/// While it lives, SIGINT and SIGTERM request a stop instead of ending the process; a second one ends it at
/// once. To be made before any other thread, which then inherits that these signals are blocked.
class SignalWatch {
 public:
  SignalWatch();
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  [[nodiscard]] std::stop_token stop_token() const { return stop_.get_token(); }

  /// The signal that came; 0 if none did.
  [[nodiscard]] int caught() const { return caught_; }

 private:
  void wait(const std::stop_token& ended);

  sigset_t watched_{};
  sigset_t previous_{};
  std::stop_source stop_;
  std::atomic<int> caught_ = 0;
  std::jthread thread_;  ///< last, so that it ends first
};

}  // namespace windhover::app

#include "apps/windhover/signals.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>

#include "apps/windhover/command.hpp"
#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "windhover/core/threads.hpp"

namespace windhover::app {
namespace {

constexpr std::array watched = {SIGINT, SIGTERM, SIGHUP};

// A handler belongs to the process and knows nothing but these. It may run in any thread, at any moment.
std::atomic<bool> first_requests_stop = false;
std::atomic<int> first_signal = 0;
std::atomic<int> alarm_descriptor = -1;
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

void ring_alarm() {
  constexpr std::uint64_t one = 1;
  while (::write(alarm_descriptor, &one, sizeof one) < 0 && errno == EINTR) {
  }
}

/// Calls only what may be called in a handler (POSIX.1-2008, 2.4.3).
void on_signal(int signal) {
  const int error = errno;
  int none = 0;
  const bool is_request = first_requests_stop && first_signal.compare_exchange_strong(none, signal);
  if (!is_request) ::_exit(exit_signal_base + signal);
  ring_alarm();
  errno = error;
}

/// A thread turns the signal into a request, which runs callbacks and so cannot be made by a handler.
void request_after_signal(std::stop_source source) {
  std::uint64_t count = 0;
  while (::read(alarm_descriptor, &count, sizeof count) < 0 && errno == EINTR) {
  }
  source.request_stop();
}

}  // namespace

void end_on_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigset_t all;
  sigemptyset(&all);
  for (const int signal : watched) sigaddset(&all, signal);
  action.sa_mask = all;
  for (const int signal : watched) {
    struct sigaction before {};
    ::sigaction(signal, nullptr, &before);
    if (signal == SIGHUP && before.sa_handler == SIG_IGN) continue;
    ::sigaction(signal, &action, nullptr);
  }
  pthread_sigmask(SIG_UNBLOCK, &all, nullptr);  // whoever started the program may have blocked them
}

Result<std::stop_token> stop_on_signals() {
  static const std::stop_source source;
  if (first_requests_stop) return source.get_token();
  if (alarm_descriptor < 0) alarm_descriptor = ::eventfd(0, EFD_CLOEXEC);
  if (alarm_descriptor < 0) return failure(fmt::format("cannot wait for signals: {}", std::strerror(errno)));
  // It waits until the process ends, and holds a share of the source.
  auto thread = start_thread([] { request_after_signal(source); });
  if (!thread) return in_context("waiting for signals", thread.error());
  thread->detach();
  first_requests_stop = true;
  return source.get_token();
}

void stop_as_by(int signal) {
  int none = 0;
  if (!first_requests_stop || !first_signal.compare_exchange_strong(none, signal)) return;
  ring_alarm();
}

int signal_caught() { return first_signal; }

}  // namespace windhover::app

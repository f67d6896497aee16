#pragma once

#include <stop_token>

#include "windhover/core/result.hpp"

/// What SIGINT, SIGTERM and SIGHUP do to the process, whatever threads a library has started before main. A
/// SIGHUP that is ignored when the program starts, as by nohup, stays ignored.
namespace windhover::app {

/// From here on one of them ends the process at once, with exit code 128 + its number: right for work that
/// holds no folder and leaves no file half-written. For the start of main.
void end_on_signals();

/// From here on the first of them requests a stop by the token, and a second one ends the process at once.
/// For work that has to be ended in order; `main` then ends with 128 + the first one's number. The same token
/// at every call. Error: the system gives no thread to wait for them.
[[nodiscard]] Result<std::stop_token> stop_on_signals();

/// What a signal of that number would do now, without one: for a stop that another rank was sent. Nothing if
/// a stop was requested already.
void stop_as_by(int signal);

/// The signal that has requested a stop; 0 if none has.
[[nodiscard]] int signal_caught();

}  // namespace windhover::app

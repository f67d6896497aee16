#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace windhover {

/// Whose fault a failure is; the command line turns it into an exit code.
enum class ErrorKind {
  usage,    ///< the caller asked for something that cannot be (exit code 2)
  failure,  ///< the request was fine, carrying it out failed (exit code 1)
  stopped,  ///< nothing failed: a stop was requested (exit code 128 + the signal)
};

/// A foreseeable failure: what was wrong, where, and what would be right, as one sentence for a person.
struct Error {
  ErrorKind kind = ErrorKind::failure;
  std::string message;
};

/// A value or an Error. An alias, so that std::expected can take its place.
template <class T>
using Result = tl::expected<T, Error>;

using Failure = tl::unexpected<Error>;

[[nodiscard]] inline Failure usage_error(std::string message) {
  return Failure(Error{ErrorKind::usage, std::move(message)});
}

[[nodiscard]] inline Failure failure(std::string message) {
  return Failure(Error{ErrorKind::failure, std::move(message)});
}

/// What work ends with that was told to stop before its end.
[[nodiscard]] inline Failure stopped() { return Failure(Error{ErrorKind::stopped, "stopped"}); }

/// The same error with the place it happened in put before it: "study.toml: ...".
[[nodiscard]] inline Failure in_context(const std::string& place, const Error& error) {
  return Failure(Error{error.kind, place + ": " + error.message});
}

}  // namespace windhover

/// Leaves the calling function with the error of `expression`, a Result, if it holds one.
#define WINDHOVER_RETURN_IF_ERROR(expression)                                    \
  do {                                                                           \
    if (auto windhover_result_ = (expression); !windhover_result_.has_value()) { \
      return ::tl::make_unexpected(std::move(windhover_result_).error());        \
    }                                                                            \
  } while (false)

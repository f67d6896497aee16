#pragma once

#include <string>
#include <utility>

#include "windhover/core/result.hpp"

namespace windhover {

/// What a reader keeps of all that is wrong with a text: the first, so that a whole line, object or file can
/// be read before asking.
class FirstError {
 public:
  explicit FirstError(ErrorKind kind = ErrorKind::failure) : kind_(kind) {}

  [[nodiscard]] bool any() const { return !message_.empty(); }

  /// Precondition: the message is not empty.
  void keep(std::string message) {
    if (!any()) message_ = std::move(message);
  }

  [[nodiscard]] Result<void> status() const {
    if (any()) return Failure(Error{kind_, message_});
    return {};
  }

 private:
  ErrorKind kind_;
  std::string message_;
};

}  // namespace windhover

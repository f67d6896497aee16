#pragma once

#include <cstddef>
#include <string>

#include "windhover/core/result.hpp"

namespace windhover::app {

/// The lines of the standard input, each as soon as it is there. Before it waits for more, what was printed
/// is sent on its way, so that who writes a line and waits for the answer gets it.
class StandardInput {
 public:
  /// A line may have so many bytes.
  explicit StandardInput(std::size_t longest_line) : longest_line_(longest_line) {}

  /// The next line without its break; the last may lack it. False at the end. Errors: a line that is too
  /// long, input that cannot be read.
  [[nodiscard]] Result<bool> next(std::string& line);

 private:
  [[nodiscard]] Result<void> fill();

  std::size_t longest_line_;
  std::string buffer_;
  std::size_t read_ = 0;  ///< of the buffer
  bool ended_ = false;
};

}  // namespace windhover::app

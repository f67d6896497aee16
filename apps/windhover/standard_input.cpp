#include "apps/windhover/standard_input.hpp"

#include <array>
#include <cerrno>
#include <cstring>

#include "apps/windhover/console.hpp"
#include <fmt/format.h>
#include <unistd.h>

namespace windhover::app {

Result<bool> StandardInput::next(std::string& line) {
  while (true) {
    const auto end = buffer_.find('\n', read_);
    if (end != std::string::npos || (ended_ && read_ < buffer_.size())) {
      line = buffer_.substr(read_, end == std::string::npos ? end : end - read_);
      read_ = end == std::string::npos ? buffer_.size() : end + 1;
      return true;
    }
    if (ended_) return false;
    if (buffer_.size() - read_ > longest_line_)
      return failure(fmt::format("the standard input has a line of more than {} bytes", longest_line_));
    WINDHOVER_RETURN_IF_ERROR(fill());
  }
}

Result<void> StandardInput::fill() {
  buffer_.erase(0, read_);
  read_ = 0;
  console::flush();
  std::array<char, 65'536> block;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read
  ssize_t count = 0;
  do {
    count = ::read(STDIN_FILENO, block.data(), block.size());
  } while (count < 0 && errno == EINTR);
  if (count < 0) return failure(fmt::format("cannot read the standard input: {}", std::strerror(errno)));
  ended_ = count == 0;
  buffer_.append(block.data(), static_cast<std::size_t>(count));
  return {};
}

}  // namespace windhover::app

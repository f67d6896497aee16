#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>

#include "windhover/core/result.hpp"

namespace windhover {

/// A file descriptor that closes itself. Negative if what was to be opened could not be.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor() {
    if (value_ >= 0) (void)close();
  }

  [[nodiscard]] int get() const { return value_; }
  [[nodiscard]] bool is_open() const { return value_ >= 0; }
  /// Closes now, so that a late write error is seen.
  [[nodiscard]] bool close();
  /// Leaves the closing to somebody else.
  [[nodiscard]] int release() { return std::exchange(value_, -1); }

 private:
  int value_ = -1;
};

/// "cannot ACTION 'PATH': REASON", the reason from errno.
[[nodiscard]] Failure system_failure(std::string_view action, const std::filesystem::path& path);

/// What something that is no regular file is, by the mode that stat gives: "a folder", "a named pipe".
[[nodiscard]] std::string kind_text(std::uint32_t mode);

/// Flags of open(2) by which nothing is waited for that may be there instead of a file.
inline constexpr int waiting_for_nothing = O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

/// Refuses what was opened if it is no regular file, with what it is. `path` is for messages, here and below.
[[nodiscard]] Result<void> expect_regular(const Descriptor& file, const std::filesystem::path& path);

/// All that an open file holds. Errors: no regular file, unreadable, larger than `limit` bytes.
[[nodiscard]] Result<std::string> read_all(const Descriptor& file, const std::filesystem::path& path,
                                           std::uint64_t limit);

/// Writes all of `content`. Errors: the disk.
[[nodiscard]] Result<void> write_all(const Descriptor& file, std::string_view content,
                                     const std::filesystem::path& path);

}  // namespace windhover

#include "windhover/core/files.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "windhover/core/bytes.hpp"

namespace windhover {
namespace {

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  [[nodiscard]] int get() const { return value_; }
  [[nodiscard]] bool is_open() const { return value_ >= 0; }
  /// Closes now, so that a late write error is seen.
  [[nodiscard]] bool close() { return ::close(std::exchange(value_, -1)) == 0; }

 private:
  int value_;
};

Failure system_failure(const char* action, const std::filesystem::path& path) {
  return failure(fmt::format("cannot {} '{}': {}", action, path.string(), std::strerror(errno)));
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

Result<void> write_all(const Descriptor& file, std::string_view content, const std::filesystem::path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(file.get(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_failure("write", path);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

bool is_there(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(std::filesystem::symlink_status(path, ignored));
}

Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t limit) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return system_failure("read", path);
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) {
    return failure(fmt::format("cannot read '{}': it is not a file", path.string()));
  }
  std::string content;
  std::string chunk(std::size_t{1} << 16, '\0');
  while (true) {
    const ssize_t count = ::read(file.get(), chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_failure("read", path);
    if (count == 0) return content;
    content.append(chunk, 0, static_cast<std::size_t>(count));
    if (content.size() > limit) {
      return failure(fmt::format("'{}' is larger than the limit of {} bytes", path.string(), limit));
    }
  }
}

std::filesystem::path beside(const std::filesystem::path& path) {
  auto name = path;
  name += ".tmp";
  return name;
}

Result<void> write_beside(const std::filesystem::path& path, std::string_view content, Flush flush) {
  const auto folder = folder_of(path);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return failure(fmt::format("cannot make folder '{}': {}", folder.string(), error.message()));

  const auto temporary = beside(path);
  const auto give_up = [&](Failure reason) {
    ::unlink(temporary.c_str());
    return reason;
  };
  Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file.is_open()) return system_failure("write", temporary);
  if (auto written = write_all(file, content, temporary); !written) return give_up(Failure(written.error()));
  if (flush == Flush::now && ::fsync(file.get()) != 0) return give_up(system_failure("flush", temporary));
  if (!file.close()) return give_up(system_failure("close", temporary));
  return {};
}

Result<void> put_in_place(const std::filesystem::path& path) {
  if (::rename(beside(path).c_str(), path.c_str()) != 0) return system_failure("rename into place", path);
  return {};
}

Result<void> replace_file(const std::filesystem::path& path, std::string_view content, Flush flush) {
  WINDHOVER_RETURN_IF_ERROR(write_beside(path, content, flush));
  if (auto placed = put_in_place(path); !placed) {
    ::unlink(beside(path).c_str());
    return placed;
  }
  if (flush == Flush::later) return {};
  return flush_folder(folder_of(path));
}

Result<void> replace_file(const std::filesystem::path& path, std::span<const std::byte> content) {
  return replace_file(path, as_text(content));
}

Result<void> flush_folder(const std::filesystem::path& folder) {
  const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open()) return system_failure("open folder", folder);
  if (::fsync(directory.get()) != 0) return system_failure("flush folder", folder);
  return {};
}

}  // namespace windhover

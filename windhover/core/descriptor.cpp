#include "windhover/core/descriptor.hpp"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace windhover {

bool Descriptor::close() { return ::close(std::exchange(value_, -1)) == 0; }

Failure system_failure(std::string_view action, const std::filesystem::path& path) {
  return failure(fmt::format("cannot {} '{}': {}", action, path.string(), std::strerror(errno)));
}

std::string kind_text(std::uint32_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return "a file";
    case S_IFDIR:
      return "a folder";
    case S_IFLNK:
      return "a symbolic link";
    case S_IFIFO:
      return "a named pipe";
    case S_IFSOCK:
      return "a socket";
    default:
      return "a device";
  }
}

Result<void> expect_regular(const Descriptor& file, const std::filesystem::path& path) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return system_failure("read", path);
  if (S_ISREG(status.st_mode)) return {};
  return failure(
      fmt::format("cannot read '{}': it is {}, not a file", path.string(), kind_text(status.st_mode)));
}

Result<std::string> read_all(const Descriptor& file, const std::filesystem::path& path, std::uint64_t limit) {
  WINDHOVER_RETURN_IF_ERROR(expect_regular(file, path));
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

Result<void> write_all(const Descriptor& file, std::string_view content, const std::filesystem::path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(file.get(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_failure("write", path);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace windhover

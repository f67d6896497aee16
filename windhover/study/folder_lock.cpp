#include "windhover/study/folder_lock.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace windhover::study {
namespace {

/// Closes what was opened unless it is released to somebody else.
class OpenFile {
 public:
  explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  [[nodiscard]] int get() const { return descriptor_; }
  [[nodiscard]] int release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

std::string this_process() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("process {} on {} since {:%Y-%m-%dT%H:%M:%SZ}", ::getpid(), host.data(),
                     fmt::gmtime(now));
}

/// The first line of the file, as far as it goes; empty if nothing was written yet.
std::string holder_of(int descriptor) {
  std::array<char, 512> text{};
  const ssize_t length = ::pread(descriptor, text.data(), text.size(), 0);
  const std::string_view content(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
  return std::string(content.substr(0, content.find('\n')));
}

/// For a message, while somebody holds the lock.
std::string name_of_holder(int descriptor) {
  const auto holder = holder_of(descriptor);
  return holder.empty() ? "another process that has just started" : holder;
}

/// False if the file was removed by a holder that released it while we waited.
bool is_still_at(int descriptor, const std::filesystem::path& path) {
  struct stat open_file {};
  struct stat named_file {};
  return ::fstat(descriptor, &open_file) == 0 && ::stat(path.c_str(), &named_file) == 0 &&
         open_file.st_ino == named_file.st_ino && open_file.st_dev == named_file.st_dev;
}

Result<void> write_holder(int descriptor, const std::filesystem::path& path) {
  const std::string text = this_process() + "\n";
  const bool written = ::ftruncate(descriptor, 0) == 0 &&
                       ::pwrite(descriptor, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
  if (written) return {};
  return failure(fmt::format("cannot write '{}': {}", path.string(), std::strerror(errno)));
}

Failure in_use(const std::filesystem::path& folder, const std::string& holder) {
  return failure(fmt::format("the output folder '{}' is in use by {}; wait until it has ended, or stop it",
                             folder.string(), holder));
}

}  // namespace

FolderLock::FolderLock(std::filesystem::path path, int descriptor, std::string dead_holder)
    : path_(std::move(path)), descriptor_(descriptor), dead_holder_(std::move(dead_holder)) {}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      dead_holder_(std::move(other.dead_holder_)) {}

FolderLock::~FolderLock() {
  if (descriptor_ < 0) return;
  ::unlink(path_.c_str());  // before the lock ends, so that nobody can hold a file without a name
  ::close(descriptor_);
}

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error)
    return failure(fmt::format("cannot make the output folder '{}': {}", folder.string(), error.message()));
  const auto path = folder / ".lock";
  while (true) {
    OpenFile file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (file.get() < 0) {
      return failure(
          fmt::format("cannot write to the output folder '{}': {}", folder.string(), std::strerror(errno)));
    }
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EINTR) continue;
      if (errno == EWOULDBLOCK) return in_use(folder, name_of_holder(file.get()));
      return failure(fmt::format("cannot lock '{}': {}", path.string(), std::strerror(errno)));
    }
    if (!is_still_at(file.get(), path)) continue;
    std::string dead_holder = holder_of(file.get());
    WINDHOVER_RETURN_IF_ERROR(write_holder(file.get(), path));
    return FolderLock(path, file.release(), std::move(dead_holder));
  }
}

bool FolderLock::still_held() const { return is_still_at(descriptor_, path_); }

std::string FolderLock::holder(const std::filesystem::path& folder) {
  const OpenFile file(::open((folder / ".lock").c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0 || ::flock(file.get(), LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK) return {};
  return name_of_holder(file.get());
}

}  // namespace windhover::study

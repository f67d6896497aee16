#include "windhover/study/folder_lock.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string_view>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "windhover/record/layout.hpp"

namespace windhover::study {
namespace {

using record::lock_name;

constexpr std::string_view holder_start = "process ";

std::string this_process() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("{}{} on {} since {:%Y-%m-%dT%H:%M:%SZ}", holder_start, ::getpid(), host.data(),
                     fmt::gmtime(now));
}

/// The file, as far as it goes; empty if nothing was written yet.
std::string content_of(const Descriptor& lock) {
  std::array<char, 512> text{};
  const ssize_t length = ::pread(lock.get(), text.data(), text.size(), 0);
  return {text.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
}

/// Its first line.
std::string holder_of(const Descriptor& lock) {
  const auto content = content_of(lock);
  return content.substr(0, content.find('\n'));
}

/// For a message, while somebody holds the lock.
std::string name_of_holder(const Descriptor& lock) {
  const auto holder = holder_of(lock);
  return holder.empty() ? "another process that has just started" : holder;
}

/// False if the file was removed by a holder that released it while we waited.
bool is_still_in(const Folder& folder, const Descriptor& lock) {
  const auto named = folder.open(lock_name, O_RDONLY);
  if (!named) return false;
  struct stat held_file {};
  struct stat named_file {};
  return ::fstat(lock.get(), &held_file) == 0 && ::fstat(named->get(), &named_file) == 0 &&
         held_file.st_ino == named_file.st_ino && held_file.st_dev == named_file.st_dev;
}

Result<void> write_holder(const Descriptor& lock, const std::filesystem::path& path) {
  const std::string text = this_process() + "\n";
  const bool written = ::ftruncate(lock.get(), 0) == 0 &&
                       ::pwrite(lock.get(), text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
  return written ? Result<void>() : system_failure("write", path);
}

Failure in_use(const std::filesystem::path& folder, const std::string& holder) {
  return failure(fmt::format("the output folder '{}' is in use by {}; wait until it has ended, or stop it",
                             folder.string(), holder));
}

}  // namespace

FolderLock::FolderLock(Folder folder, Descriptor lock, std::string dead_holder)
    : folder_(std::move(folder)), lock_(std::move(lock)), dead_holder_(std::move(dead_holder)) {}

FolderLock::~FolderLock() {
  // Before the lock ends, so that nobody can hold a file without a name.
  if (lock_.is_open() && is_still_in(folder_, lock_)) static_cast<void>(folder_.remove(lock_name));
}

Result<FolderLock> FolderLock::take(const std::filesystem::path& path) {
  auto folder = Folder::make(path);
  if (!folder) return in_context("the output folder", folder.error());
  while (true) {
    auto lock = folder->open(lock_name, O_RDWR | O_CREAT);
    if (!lock) return in_context("the output folder can not be held", lock.error());
    if (::flock(lock->get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EINTR) continue;
      if (errno == EWOULDBLOCK) return in_use(path, name_of_holder(*lock));
      return system_failure("lock", folder->path_of(lock_name));
    }
    if (!is_still_in(*folder, *lock)) continue;
    if (const auto content = content_of(*lock); !content.empty() && !content.starts_with(holder_start)) {
      return usage_error(
          fmt::format("'{}' is in the way: it is not ours; move it away, or give another --out",
                      folder->path_of(lock_name).string()));
    }
    auto dead_holder = holder_of(*lock);
    WINDHOVER_RETURN_IF_ERROR(write_holder(*lock, folder->path_of(lock_name)));
    return FolderLock(*std::move(folder), *std::move(lock), std::move(dead_holder));
  }
}

bool FolderLock::still_held() const { return is_still_in(Folder(folder_.path()), lock_); }

std::string FolderLock::holder(const Folder& folder) {
  const auto lock = folder.open(lock_name, O_RDONLY);
  if (!lock || ::flock(lock->get(), LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK) return {};
  return name_of_holder(*lock);
}

}  // namespace windhover::study

#include "windhover/core/files.hpp"

#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "windhover/core/descriptor.hpp"
#include "windhover/core/folder.hpp"

namespace windhover {
namespace {

/// Why a file could not be opened; a socket cannot even be.
Failure not_opened(const std::filesystem::path& path) {
  const auto reason = system_failure("read", path);
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode)) return reason;
  return failure(fmt::format("{}; it is {}, not a file", reason.value().message, kind_text(status.st_mode)));
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t limit) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | waiting_for_nothing));
  if (!file.is_open()) return not_opened(path);
  return read_all(file, path, limit);
}

std::filesystem::path beside(const std::filesystem::path& path) {
  auto name = path;
  name += temporary_ending;
  return name;
}

std::string_view without_temporary_ending(std::string_view name) {
  return name.ends_with(temporary_ending) ? name.substr(0, name.size() - temporary_ending.size()) : name;
}

Result<void> replace_file(const std::filesystem::path& path, std::string_view content, Flush flush) {
  const auto folder = Folder::make(path.parent_path());
  if (!folder) return Failure(folder.error());
  return folder->replace(path.filename(), content, flush);
}

}  // namespace windhover

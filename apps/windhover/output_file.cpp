#include "apps/windhover/output_file.hpp"

#include <system_error>

#include <fmt/format.h>

#include "windhover/core/files.hpp"
#include "windhover/study/ownership.hpp"

namespace windhover::app {

Result<void> require_replaceable(const std::filesystem::path& path, std::string_view mark) {
  WINDHOVER_RETURN_IF_ERROR(study::require_outside_of_studies(path));
  std::error_code ignored;
  const auto status = std::filesystem::symlink_status(path, ignored);
  if (!std::filesystem::exists(status)) return {};
  const auto content = read_file(path);
  if (std::filesystem::is_regular_file(status) && content && content->find(mark) != std::string::npos)
    return {};
  return usage_error(fmt::format(
      "'{}' is there already, and is not what this command writes; give another name, or move it away",
      path.string()));
}

Result<void> write_output(const std::filesystem::path& path, std::string_view content,
                          std::string_view mark) {
  WINDHOVER_RETURN_IF_ERROR(require_replaceable(path, mark));
  return replace_file(path, content);
}

}  // namespace windhover::app

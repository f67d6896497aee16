#pragma once

#include <filesystem>
#include <string_view>

#include "windhover/core/result.hpp"

namespace windhover::app {

/// Refuses, with kind usage, a file to be written that is there already and does not bear `mark`: it is not
/// one that the same command wrote before.
[[nodiscard]] Result<void> require_replaceable(const std::filesystem::path& path, std::string_view mark);

/// Writes a file that the command line names; `content` bears the mark. Errors: likewise, and the disk.
[[nodiscard]] Result<void> write_output(const std::filesystem::path& path, std::string_view content,
                                        std::string_view mark);

}  // namespace windhover::app

#pragma once

#include <filesystem>

#include "windhover/core/result.hpp"

/// What `windhover verify` does with a folder: each prints what it found, as lines or as JSON, and returns
/// the exit code.
namespace windhover::app {

/// Checks this build against the recorded numbers in *.json. Errors: unreadable, no such file.
[[nodiscard]] Result<int> verify_golden(const std::filesystem::path& folder, bool json);

/// Checks the output folder of a study. Errors as study::check_folder.
[[nodiscard]] Result<int> verify_study(const std::filesystem::path& folder, bool json);

}  // namespace windhover::app

#pragma once

#include <filesystem>

namespace windhover::fuzz {

/// A folder of this process, in memory where the system has that, for what is read from files only. Removed
/// at exit.
[[nodiscard]] const std::filesystem::path& scratch_folder();

}  // namespace windhover::fuzz

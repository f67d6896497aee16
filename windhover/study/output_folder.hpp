#pragma once

#include <filesystem>

#include "windhover/core/result.hpp"
#include "windhover/record/record.hpp"

namespace windhover::study {

/// Refuses a folder that holds another study, naming every setting that differs. A folder without a study is
/// accepted.
[[nodiscard]] Result<void> check_same_study(const std::filesystem::path& out, const record::Study& study);

/// Removes a study's files from its folder, and the folders that are empty then; whatever Windhover did not
/// write stays. A folder without study.toml is left alone.
[[nodiscard]] Result<void> remove_study(const std::filesystem::path& out);

/// Brings to its end or removes what a process that was killed left half-written. For the holder of the
/// folder.
[[nodiscard]] Result<void> tidy_up(const std::filesystem::path& out);

/// Removes the files of one run, so that it is done again.
[[nodiscard]] Result<void> remove_run(const std::filesystem::path& out, const record::RunId& id);

}  // namespace windhover::study

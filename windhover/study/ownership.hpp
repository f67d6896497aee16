#pragma once

#include <filesystem>
#include <vector>

#include "windhover/core/folder.hpp"
#include "windhover/core/result.hpp"
#include "windhover/record/record.hpp"

/// Whose an output folder is, and what in it may be written over (docs/adr/0014).
namespace windhover::study {

/// Whether the folder bears our marker: a cells.json of our schema; or, where that is gone or damaged, a
/// SHA256SUMS that lists a study and no file that a study does not write.
/// Errors: these can not be read, or are links or no files.
[[nodiscard]] Result<bool> bears_marker(const Folder& out);

/// Refuses, with kind usage, a folder that does not bear our marker.
[[nodiscard]] Result<void> require_marker(const Folder& out);

/// Refuses, with kind usage, a folder that is neither new nor empty, bears no marker, and holds more than
/// what an earlier start of this study, which has these runs, can have left there before it was killed. Names
/// what is in the way. `declaration` is what the study's plan gives for study.toml and cells.json.
[[nodiscard]] Result<void> require_ours(const Folder& out, const std::vector<record::NamedFile>& declaration,
                                        const std::vector<record::RunId>& runs);

/// What a command is about to write.
enum class Written { record, report, record_and_report };

/// Refuses, with kind usage, what lies in our folder in the place of a file that is to be written without
/// being ours: a file that is not listed and does not say what we would write, a link, a folder. Of the names
/// that are known beforehand.
[[nodiscard]] Result<void> require_free_places(const Folder& out,
                                               const std::vector<record::NamedFile>& declaration,
                                               Written written);

/// Refuses, with kind usage, a study file that lies where the study would write a file of its own, under
/// whatever name it was given.
[[nodiscard]] Result<void> require_study_file_elsewhere(const std::filesystem::path& study_file,
                                                        const std::filesystem::path& out);

/// Refuses, with kind usage, a file or folder that is to be written inside the output folder of a study, at
/// whatever depth.
[[nodiscard]] Result<void> require_outside_of_studies(const std::filesystem::path& path);

}  // namespace windhover::study

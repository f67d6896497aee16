#pragma once

#include <string>
#include <vector>

#include "windhover/core/folder.hpp"
#include "windhover/core/result.hpp"
#include "windhover/record/record.hpp"

namespace windhover::study {

/// What is told of a removal, as names in the folder.
struct Removed {
  std::vector<std::string> foreign;  ///< stays, since it is not ours
  std::vector<std::string> changed;  ///< was ours, but not as it had been written
};

/// Removes a study's files from its folder, by what SHA256SUMS lists there and in the folders of runs, and
/// the folders that are empty then. A folder with runs but without study.toml is left alone. Errors: somebody
/// else's files in the folder of one of the runs `next`, which are to be done there, or a link in the place
/// of a file; then nothing is removed.
[[nodiscard]] Result<Removed> remove_study(const Folder& out, const std::vector<record::RunId>& next);

/// Brings to its end or removes what a process that was killed left half-written. For the holder of the
/// folder.
[[nodiscard]] Result<void> tidy_up(const Folder& out);

/// Writes a damaged SHA256SUMS again, as far as it can be read; in the place of a lost one, one that lists
/// what shows by itself that it is ours, so that it is made again. Returns what was wrong; empty if nothing
/// was. Errors: the disk.
[[nodiscard]] Result<std::string> mend_checksums(const Folder& out);

/// Removes the files of one run, so that it is done again. Errors: somebody else's files are with them.
[[nodiscard]] Result<void> remove_run(const Folder& out, const record::RunId& id);

}  // namespace windhover::study

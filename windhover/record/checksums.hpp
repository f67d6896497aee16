#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/core/folder.hpp"
#include "windhover/core/result.hpp"

/// SHA256SUMS: the SHA-256 of every file of a folder, in the form that `sha256sum --check SHA256SUMS` reads.
/// A run's folder has one, and the study's folder has one for all that is not a run's.
namespace windhover::record {

inline constexpr const char* checksums_name = "SHA256SUMS";

/// A file's name in its folder, with slashes, to the 64 digits of its SHA-256.
using Checksums = std::map<std::string, std::string>;

/// The file's text: a line a file, in the order of their names.
[[nodiscard]] std::string checksums_text(const Checksums& sums);

/// Nothing if the folder has none. Errors: unreadable; not to the letter what
/// would be written, so that no flipped bit is overlooked.
[[nodiscard]] Result<std::optional<Checksums>> read_checksums(const Folder& folder);

/// What is wrong with a SHA256SUMS: no file, or not to the letter what would be written; nothing if it is
/// sound or missing. Errors: unreadable, which is no damage.
[[nodiscard]] Result<std::optional<std::string>> checksums_damage(const Folder& folder);

/// What a damaged SHA256SUMS still says: its lines that have a sum, those of the files `names` whose sum is
/// no longer one (as zeros), and those of `names` whose SHA-256 stands anywhere in it. So a file stays ours
/// whichever bit was flipped. Errors: unreadable.
[[nodiscard]] Result<Checksums> salvage_checksums(const Folder& folder,
                                                  const std::vector<std::string>& names);

/// Takes the place of a SHA256SUMS, whatever it says. Errors: the disk.
[[nodiscard]] Result<void> write_checksums(const Folder& folder, const Checksums& sums);

/// What is wrong with a file of an output folder.
struct Fault {
  std::string file;
  std::string what;
  bool foreign = false;  ///< there, but not listed: somebody else's, and left alone
};

/// What is wrong with the file `name`: missing, not listed, a link or no file at all, another SHA-256;
/// nothing if it is sound. A file that replace_files was about to put in place counts as being there. Errors:
/// unreadable.
[[nodiscard]] Result<std::optional<Fault>> check_file(const Folder& folder, const std::string& name,
                                                      const Checksums& sums);

/// Every fault of a folder's files: those that are listed and those that are there, `SHA256SUMS` itself and
/// `left_out`, names in the folder, excepted. Errors: unreadable.
[[nodiscard]] Result<std::vector<Fault>> check_files(const Folder& folder, const Checksums& sums,
                                                     const std::vector<std::string>& left_out = {});

/// The faults of files that are there and listed, but not as they were written: changed by somebody, or
/// damaged. Errors: unreadable.
[[nodiscard]] Result<std::vector<Fault>> changed_files(const Folder& folder, const Checksums& sums);

/// The file's content. Errors: unreadable, larger than `limit` bytes, a folder without SHA256SUMS, or one in
/// which the file has another sum or none.
[[nodiscard]] Result<std::string> read_checked(const Folder& folder, const std::string& name,
                                               std::uint64_t limit = default_file_limit);

/// A file to put into a folder.
struct NamedFile {
  std::string name;
  std::string content;
};

/// The refusal, with kind usage, of files that are not ours where ours are to be.
[[nodiscard]] Failure in_the_way(const Folder& folder, const std::vector<std::string>& names);

/// Replaces files of `folder` together with their lines in SHA256SUMS, and removes `removed` (which must be
/// ours). A process that
/// is killed meanwhile leaves the old files, or the new ones, or new ones that finish_replacing puts in
/// place. Files that have the content already are left alone. Errors: the disk, a SHA256SUMS that can not be
/// read, and, of kind usage, a file that is there but not listed, which is somebody else's; nothing is
/// written then.
[[nodiscard]] Result<void> replace_files(const Folder& folder, const std::vector<NamedFile>& files,
                                         const std::vector<std::string>& removed = {},
                                         Flush flush = Flush::now);

/// Puts in place what a killed replace_files had written and listed. Errors: the disk.
[[nodiscard]] Result<void> finish_replacing(const Folder& folder);

}  // namespace windhover::record

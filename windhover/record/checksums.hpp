#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/core/files.hpp"
#include "windhover/core/result.hpp"

/// SHA256SUMS: the SHA-256 of every file of a folder, in the form that `sha256sum --check SHA256SUMS` reads.
/// A run's folder has one, and the study's folder has one for all that is not a run's.
namespace windhover::record {

inline constexpr const char* checksums_name = "SHA256SUMS";

/// A file's name in its folder, with slashes, to the 64 digits of its SHA-256.
using Checksums = std::map<std::string, std::string>;

/// Nothing if the folder has none. Errors: unreadable; not to the letter what
/// would be written, so that no flipped bit is overlooked.
[[nodiscard]] Result<std::optional<Checksums>> read_checksums(const std::filesystem::path& folder);

/// What is wrong with a file of an output folder.
struct Fault {
  std::string file;
  std::string what;
  bool unlisted = false;  ///< there, but not listed: perhaps somebody else's
};

/// What is wrong with the file `name`: missing, not listed, another SHA-256; nothing if it is sound. A file
/// that replace_files was about to put in place counts as being there. Errors: unreadable.
[[nodiscard]] Result<std::optional<Fault>> check_file(const std::filesystem::path& folder,
                                                      const std::string& name, const Checksums& sums);

/// Every fault of a folder's files: those that are listed and those that are there, `SHA256SUMS` itself and
/// `left_out`, names in the folder, excepted. Errors: unreadable.
[[nodiscard]] Result<std::vector<Fault>> check_files(const std::filesystem::path& folder,
                                                     const Checksums& sums,
                                                     const std::vector<std::string>& left_out = {});

/// The file's content. Errors: unreadable, larger than `limit` bytes, a folder without SHA256SUMS, or one in
/// which the file has another sum or none.
[[nodiscard]] Result<std::string> read_checked(const std::filesystem::path& folder, const std::string& name,
                                               std::uint64_t limit = default_file_limit);

/// A file to put into a folder.
struct NamedFile {
  std::string name;
  std::string content;
};

/// Replaces files of `folder` together with their lines in SHA256SUMS, and removes `removed`. A process that
/// is killed meanwhile leaves the old files, or the new ones, or new ones that finish_replacing puts in
/// place. Files that have the content already are left alone. Errors: the disk, a SHA256SUMS that can not be
/// read.
[[nodiscard]] Result<void> replace_files(const std::filesystem::path& folder,
                                         const std::vector<NamedFile>& files,
                                         const std::vector<std::string>& removed = {},
                                         Flush flush = Flush::now);

/// Puts in place what a killed replace_files had written and listed. Errors: the disk.
[[nodiscard]] Result<void> finish_replacing(const std::filesystem::path& folder);

/// The files below `folder` that are no folders, relative to it, sorted; entries of `folder` named in
/// `left_out` are not looked into. Errors: unreadable.
[[nodiscard]] Result<std::vector<std::string>> files_below(const std::filesystem::path& folder,
                                                           const std::vector<std::string>& left_out = {});

}  // namespace windhover::record

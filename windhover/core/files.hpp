#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "windhover/core/result.hpp"

namespace windhover {

/// The largest file that is read whole unless the caller says otherwise.
inline constexpr std::uint64_t default_file_limit = std::uint64_t{1} << 30;

/// The whole file, which may be reached through links. Errors: missing, no regular file (a folder, a named
/// pipe, a device: none is waited for), unreadable, larger than `limit` bytes.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path,
                                            std::uint64_t limit = default_file_limit);

/// When written bytes must be on the disk. `later` leaves it to the system: for files that can be made again,
/// since a crash of the machine may empty them, and a flush takes longer than all else.
enum class Flush { now, later };

/// Puts `content` at `path` completely or not at all: written beside it, flushed to disk, renamed over it,
/// and the folder flushed. Missing parent folders are made. A link with this name is replaced, not followed.
[[nodiscard]] Result<void> replace_file(const std::filesystem::path& path, std::string_view content,
                                        Flush flush = Flush::now);

/// What a file is called until it is whole: it is written beside its place and renamed.
inline constexpr std::string_view temporary_ending = ".tmp";
[[nodiscard]] std::filesystem::path beside(const std::filesystem::path& path);

/// The name of the file that `name` is the beginning of; `name` itself if it does not end so.
[[nodiscard]] std::string_view without_temporary_ending(std::string_view name);

}  // namespace windhover

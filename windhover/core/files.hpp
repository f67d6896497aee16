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

/// Whether something has this name, be it a link that leads nowhere.
[[nodiscard]] bool is_there(const std::filesystem::path& path);

/// The whole file. Errors: missing, a folder, unreadable, larger than `limit` bytes.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path,
                                            std::uint64_t limit = default_file_limit);

/// When written bytes must be on the disk. `later` leaves it to the system: for files that can be made again,
/// since a crash of the machine may empty them, and a flush takes longer than all else.
enum class Flush { now, later };

/// Puts `content` at `path` completely or not at all: written beside it, flushed to disk, renamed over it,
/// and the folder flushed. Missing parent folders are made.
[[nodiscard]] Result<void> replace_file(const std::filesystem::path& path, std::string_view content,
                                        Flush flush = Flush::now);
[[nodiscard]] Result<void> replace_file(const std::filesystem::path& path,
                                        std::span<const std::byte> content);

/// The two halves of replace_file, for files that change together: all are written beside their places, then
/// each is renamed. `beside` is what a file is called until then.
[[nodiscard]] std::filesystem::path beside(const std::filesystem::path& path);
[[nodiscard]] Result<void> write_beside(const std::filesystem::path& path, std::string_view content,
                                        Flush flush = Flush::now);
[[nodiscard]] Result<void> put_in_place(const std::filesystem::path& path);

/// Flushes a folder's entries to disk, so that a rename in it survives a crash.
[[nodiscard]] Result<void> flush_folder(const std::filesystem::path& folder);

}  // namespace windhover
